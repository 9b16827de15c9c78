//! Values as the kit writes them: what a query gave and what a table says, made canonical so that they can be compared.

use namidb_core::graph::GraphState;
use namidb_core::value::Path;
use namidb_core::{NodeId, RelId, Value};

fn list(mut items: Vec<String>, loose: bool) -> String {
    if loose {
        items.sort();
    }
    format!("[{}]", items.join(", "))
}

fn map(mut entries: Vec<(String, String)>) -> String {
    entries.sort();
    let entries: Vec<String> = entries.into_iter().map(|(k, v)| format!("{k}: {v}")).collect();
    format!("{{{}}}", entries.join(", "))
}

/// A value in the kit's notation, made canonical.
pub(crate) fn show(value: &Value, state: &GraphState, loose: bool) -> String {
    match value {
        Value::Null => "null".to_owned(),
        Value::Boolean(b) => b.to_string(),
        Value::Integer(i) => i.to_string(),
        Value::Float(f) => float(*f),
        Value::String(s) => format!("'{s}'"),
        Value::List(items) => list(items.iter().map(|i| show(i, state, loose)).collect(), loose),
        Value::Map(entries) => {
            map(entries.iter().map(|(k, v)| (k.to_string(), show(v, state, loose))).collect())
        }
        Value::Node(node) => show_node(*node, state, loose),
        Value::Relationship(relationship) => show_relationship(*relationship, state, loose),
        Value::Path(path) => show_path(path, state, loose),
        other => format!("'{}'", text_of(other)),
    }
}

/// Temporal values are written as texts in the kit.
fn text_of(value: &Value) -> String {
    match value {
        Value::Date(v) => v.to_string(),
        Value::LocalTime(v) => v.to_string(),
        Value::Time(v) => v.to_string(),
        Value::LocalDateTime(v) => v.to_string(),
        Value::DateTime(v) => v.to_string(),
        Value::Duration(v) => v.to_string(),
        other => other.to_string(),
    }
}

fn float(f: f64) -> String {
    // The kit compares numbers, so the sign of zero does not count.
    if f.is_nan() { "NaN".to_owned() } else { format!("{:?}", if f == 0.0 { 0.0 } else { f }) }
}

fn properties(
    entries: Vec<(namidb_core::PropertyKeyId, Value)>,
    state: &GraphState,
    loose: bool,
) -> Vec<(String, String)> {
    entries
        .into_iter()
        .map(|(k, v)| (state.catalog().property_key_name(k).to_string(), show(&v, state, loose)))
        .collect()
}

fn show_node(node: NodeId, state: &GraphState, loose: bool) -> String {
    let mut labels: Vec<String> =
        state.labels(node).iter().map(|l| state.catalog().label_name(*l).to_string()).collect();
    labels.sort();
    entity("(", labels, properties(state.node_properties(node), state, loose), ")")
}

fn show_relationship(relationship: RelId, state: &GraphState, loose: bool) -> String {
    let name =
        state.relationship(relationship).map(|r| state.catalog().rel_type_name(r.rel_type).to_string());
    let entries = properties(state.relationship_properties(relationship), state, loose);
    entity("[", name.into_iter().collect(), entries, "]")
}

fn entity(open: &str, labels: Vec<String>, entries: Vec<(String, String)>, close: &str) -> String {
    let labels: String = labels.iter().map(|l| format!(":{l}")).collect();
    let space = if labels.is_empty() || entries.is_empty() { "" } else { " " };
    let entries = if entries.is_empty() { String::new() } else { map(entries) };
    format!("{open}{labels}{space}{entries}{close}")
}

fn show_path(path: &Path, state: &GraphState, loose: bool) -> String {
    let mut text = format!("<{}", show_node(path.nodes[0], state, loose));
    for (at, relationship) in path.relationships.iter().enumerate() {
        let forward = state
            .relationship(*relationship)
            .is_some_and(|r| r.source == path.nodes[at] && r.target == path.nodes[at + 1]);
        let shown = show_relationship(*relationship, state, loose);
        text += &if forward { format!("-{shown}->") } else { format!("<-{shown}-") };
        text += &show_node(path.nodes[at + 1], state, loose);
    }
    text + ">"
}

/// Reads a cell of the kit, and writes it canonically.
pub(crate) struct Cell<'a> {
    text: &'a str,
    at: usize,
    loose: bool,
}

impl<'a> Cell<'a> {
    pub(crate) fn new(text: &'a str, loose: bool) -> Cell<'a> {
        Cell { text, at: 0, loose }
    }

    fn rest(&self) -> &'a str {
        &self.text[self.at..]
    }

    fn space(&mut self) {
        self.at += self.rest().len() - self.rest().trim_start().len();
    }

    fn eat(&mut self, token: &str) -> bool {
        self.space();
        let there = self.rest().starts_with(token);
        if there {
            self.at += token.len();
        }
        there
    }

    fn word(&mut self) -> String {
        self.space();
        let end = self
            .rest()
            .find(|c: char| !(c.is_alphanumeric() || "_+-.".contains(c)))
            .unwrap_or(self.rest().len());
        let word = &self.rest()[..end];
        self.at += end;
        word.to_owned()
    }

    fn name(&mut self) -> String {
        if self.eat("`") {
            let end = self.rest().find('`').unwrap();
            let name = self.rest()[..end].to_owned();
            self.at += end + 1;
            return name;
        }
        self.space();
        let end = self.rest().find(|c: char| !(c.is_alphanumeric() || c == '_')).unwrap_or(self.rest().len());
        let name = self.rest()[..end].to_owned();
        self.at += end;
        name
    }

    pub(crate) fn all(mut self) -> String {
        self.value()
    }

    fn value(&mut self) -> String {
        self.space();
        if self.eat("'") {
            let mut text = String::new();
            let mut chars = self.rest().char_indices();
            while let Some((at, c)) = chars.next() {
                match c {
                    '\'' => {
                        self.at += at + 1;
                        break;
                    }
                    '\\' => text.extend(chars.next().map(|(_, c)| c)),
                    c => text.push(c),
                }
            }
            return format!("'{text}'");
        }
        if self.rest().starts_with("[:") {
            return self.relationship();
        }
        if self.eat("[") {
            let mut items = Vec::new();
            while !self.eat("]") {
                items.push(self.value());
                self.eat(",");
            }
            return list(items, self.loose);
        }
        if self.rest().starts_with('{') {
            return map(self.entries());
        }
        if self.rest().starts_with('(') {
            return self.node();
        }
        if self.eat("<") {
            let mut text = format!("<{}", self.node());
            while !self.eat(">") {
                let backward = self.eat("<-");
                if !backward {
                    self.eat("-");
                }
                let relationship = self.relationship();
                self.eat(if backward { "-" } else { "->" });
                let node = self.node();
                text += &if backward {
                    format!("<-{relationship}-{node}")
                } else {
                    format!("-{relationship}->{node}")
                };
            }
            return text + ">";
        }
        let word = self.word();
        match (word.parse::<i64>(), word.parse::<f64>()) {
            (Err(_), Ok(f)) if !word.contains("nan") => float(f),
            _ => word,
        }
    }

    fn entries(&mut self) -> Vec<(String, String)> {
        let mut entries = Vec::new();
        if self.eat("{") {
            while !self.eat("}") {
                let key = self.name();
                self.eat(":");
                entries.push((key, self.value()));
                self.eat(",");
            }
        }
        entries
    }

    fn labels(&mut self) -> Vec<String> {
        let mut labels = Vec::new();
        while self.eat(":") {
            labels.push(self.name());
        }
        labels.sort();
        labels
    }

    fn node(&mut self) -> String {
        self.eat("(");
        let labels = self.labels();
        let entries = self.entries();
        self.eat(")");
        entity("(", labels, entries, ")")
    }

    fn relationship(&mut self) -> String {
        self.eat("[");
        let labels = self.labels();
        let entries = self.entries();
        self.eat("]");
        entity("[", labels, entries, "]")
    }
}
