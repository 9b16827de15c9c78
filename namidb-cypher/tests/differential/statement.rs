//! Statements that read, clause by clause, each over the variables that the one before leaves.

use crate::draw::Draw;
use crate::expression::{Expressions, Type, VALUES, Variable};

/// A statement: its clauses in order, the last of them RETURN.
#[derive(Clone, Debug)]
pub(crate) struct Statement {
    pub(crate) clauses: Vec<String>,
}

impl Statement {
    pub(crate) fn text(&self) -> String {
        self.clauses.join("\n")
    }
}

/// A statement whose condition can be asked in other ways: `before`, WHERE `condition`, `after`.
#[derive(Clone, Debug)]
pub(crate) struct Partition {
    before: String,
    condition: String,
    after: String,
}

impl Partition {
    /// All rows.
    pub(crate) fn whole(&self) -> String {
        format!("{}\n{}", self.before, self.after)
    }

    /// The rows for which the condition is true, is false, and is unknown: three-valued logic leaves no fourth (Rigger and Su,
    /// "Finding Bugs in Database Systems via Query Partitioning", OOPSLA 2020).
    pub(crate) fn parts(&self) -> [String; 3] {
        let Partition { before, condition, after } = self;
        ["", "NOT ", "IS NULL"].map(|part| match part {
            "IS NULL" => format!("{before} WHERE ({condition}) IS NULL\n{after}"),
            part => format!("{before} WHERE {part}({condition})\n{after}"),
        })
    }
}

/// Writes one statement.
pub(crate) struct Writer<'a> {
    draw: &'a mut Draw,
    scope: Vec<Variable>,
    named: usize,
}

impl<'a> Writer<'a> {
    pub(crate) fn new(draw: &'a mut Draw) -> Writer<'a> {
        Writer { draw, scope: Vec::new(), named: 0 }
    }

    pub(crate) fn statement(mut self) -> Statement {
        let mut clauses = vec![self.matching("MATCH")];
        for _ in 0..self.draw.below(4) {
            clauses.push(self.clause());
        }
        clauses.push(self.projection("RETURN"));
        if self.draw.once_in(10) {
            let both = self.draw.one(&["UNION", "UNION ALL"]);
            let first = std::mem::take(&mut self.scope);
            let width = first.len();
            let matching = self.matching("MATCH");
            let items: Vec<String> = first
                .iter()
                .map(|column| {
                    let expression = Expressions::new(self.draw, &self.scope).of(column.of, 1);
                    format!("{expression} AS {}", column.name)
                })
                .collect();
            debug_assert!(width > 0, "every statement returns something");
            clauses.push(format!("{both}\n{matching}\nRETURN {}", items.join(", ")));
        }
        Statement { clauses }
    }

    pub(crate) fn partition(mut self) -> Partition {
        let mut before = self.pattern_clause("MATCH");
        if self.draw.once_in(3) {
            before += &format!("\n{}", self.pattern_clause("MATCH"));
        }
        let condition = self.expressions().boolean(3);
        let items: Vec<String> = (0..2)
            .map(|number| {
                let of = VALUES[self.draw.below(VALUES.len())];
                format!("{} AS c{number}", self.expressions().of(of, 1))
            })
            .collect();
        Partition { before, condition, after: format!("RETURN {}", items.join(", ")) }
    }

    fn expressions(&mut self) -> Expressions<'_> {
        Expressions::new(self.draw, &self.scope)
    }

    /// One of these once in so many times, else nothing: each of them leaves fewer rows.
    fn often_none(&mut self, of: &[&'static str], times: usize) -> &'static str {
        if self.draw.once_in(times) { self.draw.one(of) } else { "" }
    }

    fn name(&mut self, prefix: &str) -> String {
        self.named += 1;
        format!("{prefix}{}", self.named)
    }

    fn clause(&mut self) -> String {
        match self.draw.below(10) {
            8 => format!("FILTER {}", self.expressions().of(Type::Boolean, 2)),
            9 => {
                let of = VALUES[self.draw.below(VALUES.len())];
                let (value, name) = (self.expressions().of(of, 2), self.name("x"));
                self.scope.push(Variable { name: name.clone(), of });
                format!("LET {name} = {value}")
            }
            0 | 1 => self.matching("MATCH"),
            2 | 3 => self.matching("OPTIONAL MATCH"),
            4 => {
                let (list, name) = (self.expressions().of(Type::List, 2), self.name("u"));
                self.scope.push(Variable { name: name.clone(), of: Type::Integer });
                format!("UNWIND {list} AS {name}")
            }
            5 => self.call(),
            _ => self.projection("WITH"),
        }
    }

    /// MATCH, with a condition at times.
    fn matching(&mut self, clause: &str) -> String {
        let text = self.pattern_clause(clause);
        if self.draw.once_in(4) {
            return format!("{text} WHERE {}", self.expressions().of(Type::Boolean, 2));
        }
        text
    }

    fn pattern_clause(&mut self, clause: &str) -> String {
        let patterns = if self.draw.once_in(4) { 2 } else { 1 };
        let patterns: Vec<String> = (0..patterns).map(|_| self.pattern()).collect();
        format!("{clause} {}", patterns.join(", "))
    }

    fn pattern(&mut self) -> String {
        // What a pattern binds is in scope only after it.
        let mut bound = Vec::new();
        let mut text = self.node(&mut bound);
        for _ in 0..[0, 0, 1, 1, 1, 2, 3][self.draw.below(7)] {
            let relationship = self.relationship(&mut bound);
            let node = self.node(&mut bound);
            text += &(relationship + &node);
        }
        if self.draw.once_in(6) {
            let name = self.name("p");
            text = format!("{name} = {text}");
            bound.push(Variable { name, of: Type::Path });
        }
        self.scope.append(&mut bound);
        text
    }

    fn node(&mut self, bound: &mut Vec<Variable>) -> String {
        // A circle is rarely there.
        let also: &[Variable] = if self.draw.once_in(6) { bound } else { &[] };
        let known: Vec<String> =
            self.scope.iter().chain(also).filter(|v| v.of == Type::Node).map(|v| v.name.clone()).collect();
        let labels = self.often_none(
            &[":A", ":A", ":B", ":A|B", ":A&B", ":!C", ":$('A')", ":B&$('A' + '')", ":$any(['A', 'B' + ''])"],
            3,
        );
        let properties = self.often_none(&[" {i: 1}", " {s: 'a'}", " {i: $one, s: 'b'}"], 12);
        match self.draw.below(5) {
            0 | 1 if !known.is_empty() => format!("({})", known[self.draw.below(known.len())]),
            4 => format!("({labels}{properties})"),
            _ => {
                let name = self.name("n");
                bound.push(Variable { name: name.clone(), of: Type::Node });
                format!("({name}{labels}{properties})")
            }
        }
    }

    fn relationship(&mut self, bound: &mut Vec<Variable>) -> String {
        let types = self.often_none(&[":R", ":R", ":S", ":R|S", ":R|S|T"], 2);
        let (length, of) = match self.draw.below(6) {
            0 => (self.draw.one(&["*1..3", "*1..2", "*0..1", "*2", "*0..2"]), Type::Relationships),
            _ => ("", Type::Relationship),
        };
        let properties = self.often_none(&[" {w: 1}"], 8);
        let name = if self.draw.once_in(2) { self.name("r") } else { String::new() };
        if !name.is_empty() {
            bound.push(Variable { name: name.clone(), of });
        }
        let inside = format!("[{name}{types}{length}{properties}]");
        self.draw.one(&["-@->", "<-@-", "-@-", "-@-"]).replace('@', &inside)
    }

    fn call(&mut self) -> String {
        let nodes: Vec<String> =
            self.scope.iter().filter(|v| v.of == Type::Node).map(|v| v.name.clone()).collect();
        if nodes.is_empty() {
            return self.projection("WITH");
        }
        let node = nodes[self.draw.below(nodes.len())].clone();
        let (inner, result) = (self.name("n"), self.name("c"));
        let step = self.draw.one(&["-->", "<-[:R]-", "-[:S|T]-"]);
        let (returned, of) = match self.draw.below(4) {
            0 => (format!("count(*) AS {result}"), Type::Integer),
            1 => (format!("sum({inner}.i) AS {result}"), Type::Integer),
            2 => (format!("{inner} AS {result}"), Type::Node),
            _ => (format!("DISTINCT {inner}.s AS {result} ORDER BY {result} LIMIT 2"), Type::String),
        };
        self.scope.push(Variable { name: result, of });
        format!("CALL {{ WITH {node} MATCH ({node}){step}({inner}) RETURN {returned} }}")
    }

    /// WITH or RETURN: variables as they are, expressions, or groups with aggregations. Only all columns together give rows
    /// an order that a LIMIT may cut.
    fn projection(&mut self, clause: &str) -> String {
        let mut items: Vec<(String, Variable)> = Vec::new();
        let aggregates = self.draw.once_in(3);
        let keeps: Vec<Variable> = self.scope.clone();
        for variable in keeps {
            if self.draw.once_in(if aggregates { 3 } else { 2 }) {
                items.push((variable.name.clone(), variable));
            }
        }
        for _ in 0..self.draw.below(3) {
            let of = VALUES[self.draw.below(VALUES.len())];
            let (text, name) = (self.expressions().of(of, 2), self.name("x"));
            items.push((text, Variable { name, of }));
        }
        if aggregates || items.is_empty() {
            for _ in 0..=self.draw.below(2) {
                let ((text, of), name) = (self.expressions().aggregation(), self.name("g"));
                items.push((text, Variable { name, of }));
            }
        }
        let shown = |(text, variable): &(String, Variable)| match *text == variable.name {
            true => text.clone(),
            false => format!("{text} AS {}", variable.name),
        };
        let distinct = if self.draw.once_in(5) { "DISTINCT " } else { "" };
        let mut text =
            format!("{clause} {distinct}{}", items.iter().map(shown).collect::<Vec<_>>().join(", "));
        self.scope = items.into_iter().map(|(_, variable)| variable).collect();
        if self.draw.once_in(4) {
            let names: Vec<String> = self
                .scope
                .iter()
                .map(|variable| format!("{}{}", variable.name, ["", " DESC"][variable.name.len() % 2]))
                .collect();
            text += &format!(" ORDER BY {}", names.join(", "));
            text += self.draw.one(&["", "", " LIMIT 3", " LIMIT 5", " SKIP 1", " SKIP 1 LIMIT 2"]);
        }
        if clause == "WITH" && self.draw.once_in(5) {
            text += &format!(" WHERE {}", self.expressions().of(Type::Boolean, 1));
        }
        text
    }
}
