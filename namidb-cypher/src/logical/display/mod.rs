//! Plans as text: one operator a line, the last one first; an inner plan stands indented below its
//! operator.
//!
//! ```text
//! Project m.name AS name
//! Filter m:Person
//! Expand (n)-[r:KNOWS]->(m)
//! NodeScan n:Person
//! ```
//!
//! Variables that no text names are shown as `@3`; where two variables have one name, their numbers tell
//! them apart (`n#3`).

mod expression;

use super::{
    AggregateItem, CreatePattern, CreatedType, Leg, LogicalPlan, PatternDirection, PlannedStatement,
    SeekBound, SetItem, ShortestPath, SortKey,
};
use crate::binder::bound::{Expr, VarId, Variable};
use crate::binder::bound_query::{LoadFormat, Selection};
use namidb_core::hash::HashMap;
use namidb_core::transaction::TargetName;
use std::cmp::Ordering;
use std::fmt::{self, Write as _};
use std::sync::Arc;

impl fmt::Display for PlannedStatement {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&explain(&self.plan, &self.variables))
    }
}

/// A plan as text, without a newline at its end.
pub fn explain(plan: &LogicalPlan, variables: &[Variable]) -> String {
    let mut writer = Writer::new(variables);
    writer.plan(plan);
    writer.out.truncate(writer.out.trim_end().len());
    writer.out
}

fn names(variables: &[Variable]) -> Vec<String> {
    let mut uses: HashMap<&str, usize> = HashMap::default();
    for variable in variables {
        *uses.entry(&variable.name).or_default() += 1;
    }
    let shown = |(number, variable): (usize, &Variable)| {
        if variable.name.starts_with("  ") {
            format!("@{number}")
        } else if uses.get(&*variable.name).is_some_and(|n| *n > 1) {
            format!("{}#{number}", variable.name)
        } else {
            variable.name.to_string()
        }
    };
    variables.iter().enumerate().map(shown).collect()
}

/// Writes operators.
pub(crate) struct Writer {
    out: String,
    names: Vec<String>,
    indent: usize,
}

impl Writer {
    /// A writer that calls variables by these names.
    pub(crate) fn new(variables: &[Variable]) -> Writer {
        Writer { out: String::new(), names: names(variables), indent: 0 }
    }

    fn line(&mut self, text: &str) {
        for _ in 0..self.indent {
            self.out.push_str("  ");
        }
        self.out.push_str(text);
        self.out.push('\n');
    }

    fn inner(&mut self, title: &str, plan: &LogicalPlan) {
        self.indent += 1;
        if !title.is_empty() {
            self.line(title);
        }
        self.plan(plan);
        self.indent -= 1;
    }

    fn plan(&mut self, top: &LogicalPlan) {
        let mut next = Some(top);
        while let Some(plan) = next {
            let text = self.operator(plan);
            self.line(&text);
            plan.for_each_expr(&mut |expr| {
                expr.visit(&mut |part| {
                    if let Some(subquery) = part.plan() {
                        self.inner("subquery:", subquery);
                    }
                });
            });
            next = None;
            match plan {
                LogicalPlan::Union { left, right, .. } => {
                    self.inner("first:", left);
                    self.inner("second:", right);
                }
                LogicalPlan::HashJoin { input, build, .. } => {
                    self.inner("table:", build);
                    next = Some(input);
                }
                _ => plan.for_each_child(&mut |role, child| match role {
                    super::ChildRole::Input => next = Some(child),
                    super::ChildRole::Inner => self.inner("", child),
                }),
            }
        }
    }

    /// One operator, without what is below it.
    pub(crate) fn operator(&self, plan: &LogicalPlan) -> String {
        match plan {
            LogicalPlan::Unit => "Unit".to_owned(),
            LogicalPlan::Argument { variables } => {
                format!("Argument {}", self.variables(variables)).trim_end().to_owned()
            }
            LogicalPlan::NodeScan { variable, labels, computed, .. } => {
                let mut scan = format!("NodeScan {}{}", self.variable(*variable), tags(labels, ":"));
                computed.iter().for_each(|names| scan.push_str(&format!(":$({})", self.expr(names))));
                scan
            }
            LogicalPlan::IndexSeek { variable, target, keys, first, bound, .. } => {
                let (title, on) = match target {
                    TargetName::Label(label) => ("IndexSeek", label),
                    TargetName::RelType(rel_type) => ("RelationshipIndexSeek", rel_type),
                };
                let mut text = format!("{title} {}:{} on ", self.variable(*variable), name(on));
                for (at, key) in keys.iter().enumerate() {
                    if at > 0 {
                        text.push_str(", ");
                    }
                    text.push_str(&name(key));
                    match at.cmp(&first.len()) {
                        Ordering::Less => _ = write!(text, " = {}", self.expr(&first[at])),
                        Ordering::Equal => text.push_str(&self.seek_bound(bound)),
                        Ordering::Greater => {}
                    }
                }
                text
            }
            LogicalPlan::UuidSeek { variable, uuid, .. } => {
                format!("UuidSeek {} = {}", self.variable(*variable), self.expr(uuid))
            }
            LogicalPlan::IdSeek { variable, id, .. } => {
                format!("IdSeek {} = {}", self.variable(*variable), self.expr(id))
            }
            LogicalPlan::Expand(e) => {
                let mark = if e.relationship_bound { "=" } else { "" };
                let relationship = format!("{mark}{}{}", self.variable(e.relationship), tags(&e.types, "|"));
                self.expansion("Expand", e.from, &relationship, e.to, e.into, e.direction, &e.distinct_from)
            }
            LogicalPlan::Intersect(i) => {
                let leg = |title, leg: &Leg| {
                    let relationship =
                        format!("{}{}", self.variable(leg.relationship), tags(&leg.types, "|"));
                    self.expansion(
                        title,
                        leg.from,
                        &relationship,
                        i.to,
                        false,
                        leg.direction,
                        &leg.distinct_from,
                    )
                };
                let differ = if i.differ { " differing" } else { "" };
                format!("{}{}{differ}", leg("Intersect", &i.scanned), leg(" and", &i.marked))
            }
            LogicalPlan::VarExpand(e) => {
                let mark = if e.relationships_bound { "=" } else { "" };
                let most = e.max.map(|m| m.to_string()).unwrap_or_default();
                let mut relationship = format!(
                    "{mark}{}{}*{}..{most}",
                    self.variable(e.relationships),
                    tags(&e.types, "|"),
                    e.min
                );
                if let Some(properties) = &e.properties {
                    let _ = write!(relationship, " {}", self.expr(properties));
                }
                self.expansion(
                    "VarExpand",
                    e.from,
                    &relationship,
                    e.to,
                    e.into,
                    e.direction,
                    &e.distinct_from,
                )
            }
            LogicalPlan::ShortestPath(search) => self.shortest_path(search),
            LogicalPlan::Repeat(repeat) => {
                let most = repeat.max.map(|m| m.to_string()).unwrap_or_default();
                let arrow = if repeat.reversed { "<-" } else { "->" };
                let mut text = format!(
                    "Repeat ({}){{{},{most}}}{arrow}({}{})",
                    self.variable(repeat.from),
                    repeat.min,
                    if repeat.into { "=" } else { "" },
                    self.variable(repeat.to)
                );
                if let Some(selection) = repeat.selection {
                    let _ = write!(text, " {}", selected(selection));
                }
                if !repeat.differ {
                    text.push_str(" repeating");
                }
                if !repeat.distinct_from.is_empty() {
                    let _ = write!(text, " not {}", self.variables(&repeat.distinct_from));
                }
                text
            }
            LogicalPlan::ChoosePaths(choice) => {
                format!("ChoosePaths {} by ({})", selected(choice.selection), self.variables(&choice.ends))
            }
            LogicalPlan::HashJoin { keys, .. } => {
                let pair = |(a, b): &(Expr, Expr)| format!("{} = {}", self.operand(a), self.operand(b));
                format!("HashJoin {}", keys.iter().map(pair).collect::<Vec<_>>().join(" AND "))
            }
            LogicalPlan::Filter { predicates, .. } => {
                let terms: Vec<String> = predicates.iter().map(|p| self.operand(p)).collect();
                format!("Filter {}", terms.join(" AND "))
            }
            LogicalPlan::Extend { items, .. } => format!("Extend {}", self.items(items)),
            LogicalPlan::Project { items, .. } => {
                format!("Project {}", self.items(items)).trim_end().to_owned()
            }
            LogicalPlan::Aggregate { keys, aggregates, .. } => {
                let mut text = "Aggregate".to_owned();
                if !keys.is_empty() {
                    let _ = write!(text, " by {}", self.items(keys));
                }
                if !aggregates.is_empty() {
                    let shown: Vec<String> = aggregates.iter().map(|a| self.aggregate(a)).collect();
                    let _ = write!(text, " computing {}", shown.join(", "));
                }
                text
            }
            LogicalPlan::Distinct { variables, .. } => format!("Distinct {}", self.variables(variables)),
            LogicalPlan::Sort { keys, limit, .. } => {
                let shown: Vec<String> = keys.iter().map(|k| self.sort_key(k)).collect();
                let mut text = format!("Sort {}", shown.join(", "));
                if let Some(limit) = limit {
                    let _ = write!(text, " keep {}", self.expr(limit));
                }
                text
            }
            LogicalPlan::Skip { count, .. } => format!("Skip {}", self.expr(count)),
            LogicalPlan::Limit { count, .. } => format!("Limit {}", self.expr(count)),
            LogicalPlan::Unwind { list, variable, .. } => {
                format!("Unwind {} AS {}", self.expr(list), self.variable(*variable))
            }
            LogicalPlan::Load { load, .. } => {
                let format = match &load.format {
                    LoadFormat::Csv { with_headers: true, .. } => "CSV WITH HEADERS",
                    LoadFormat::Csv { .. } => "CSV",
                    LoadFormat::Parquet => "PARQUET",
                };
                format!("Load {format} {} AS {}", self.expr(&load.location), self.variable(load.variable))
            }
            LogicalPlan::ProcedureCall { procedure, arguments, results, .. } => {
                let signature = procedure.signature();
                let mut text = format!("ProcedureCall {}({})", signature.name, self.list(arguments));
                let yields: Vec<String> = results
                    .iter()
                    .filter_map(|(number, v)| {
                        let field = name(&signature.outputs.get(*number)?.name);
                        let variable = self.variable(*v);
                        Some(if field == variable { field } else { format!("{field} AS {variable}") })
                    })
                    .collect();
                if !yields.is_empty() {
                    let _ = write!(text, " YIELD {}", yields.join(", "));
                }
                text
            }
            LogicalPlan::Optional { introduced, .. } => format!("Optional {}", self.variables(introduced)),
            LogicalPlan::Apply { .. } => "Apply".to_owned(),
            LogicalPlan::ForEach { .. } => "ForEach".to_owned(),
            LogicalPlan::InTransactions { transactions, .. } => {
                let rows = transactions.rows.as_ref().map_or("1000".to_owned(), |rows| self.expr(rows));
                format!("InTransactions of {rows} rows")
            }
            LogicalPlan::Union { columns, .. } => {
                let shown: Vec<String> = columns
                    .iter()
                    .map(|(v, l, r)| {
                        format!("{} from {}, {}", self.variable(*v), self.variable(*l), self.variable(*r))
                    })
                    .collect();
                format!("Union {}", shown.join("; "))
            }
            LogicalPlan::Create { pattern, .. } => format!("Create {}", self.create_pattern(pattern)),
            LogicalPlan::Merge { pattern, on_create, on_match, .. } => {
                let mut text = format!("Merge {}", self.create_pattern(pattern));
                if !on_create.is_empty() {
                    let _ = write!(text, " on create {}", self.set_items(on_create));
                }
                if !on_match.is_empty() {
                    let _ = write!(text, " on match {}", self.set_items(on_match));
                }
                text
            }
            LogicalPlan::Set { items, .. } => format!("Set {}", self.set_items(items)),
            LogicalPlan::Delete { targets, detach, .. } => {
                let shown: Vec<String> = targets.iter().map(|t| self.expr(t)).collect();
                format!("{}Delete {}", if *detach { "Detach" } else { "" }, shown.join(", "))
            }
            LogicalPlan::Schema(change) => change.to_string(),
            LogicalPlan::Show(show) => show.to_string(),
        }
    }

    #[allow(clippy::too_many_arguments, reason = "the parts that Expand and VarExpand share")]
    fn expansion(
        &self,
        title: &str,
        from: VarId,
        relationship: &str,
        to: VarId,
        into: bool,
        direction: PatternDirection,
        distinct_from: &[VarId],
    ) -> String {
        let (left, right) = match direction {
            PatternDirection::Outgoing => ("-", "->"),
            PatternDirection::Incoming => ("<-", "-"),
            PatternDirection::Both => ("-", "-"),
        };
        let mark = if into { "=" } else { "" };
        let mut text = format!(
            "{title} ({}){left}[{relationship}]{right}({mark}{})",
            self.variable(from),
            self.variable(to)
        );
        if !distinct_from.is_empty() {
            let _ = write!(text, " not {}", self.variables(distinct_from));
        }
        text
    }

    fn shortest_path(&self, search: &ShortestPath) -> String {
        let most = search.max.map(|m| m.to_string()).unwrap_or_default();
        let mut relationship = self.variable(search.relationships) + &tags(&search.types, "|");
        if !search.single {
            let _ = write!(relationship, "*{}..{most}", search.min);
        }
        if let Some(properties) = &search.properties {
            let _ = write!(relationship, " {}", self.expr(properties));
        }
        let title = if search.all { "AllShortestPaths" } else { "ShortestPath" };
        let title = search.path.map_or(title.to_owned(), |path| format!("{title} {} =", self.variable(path)));
        let (from, to) = (search.from, search.to);
        let mut text = self.expansion(&title, from, &relationship, to, search.into, search.direction, &[]);
        if !search.predicates.is_empty() {
            let terms: Vec<String> = search.predicates.iter().map(|p| self.operand(p)).collect();
            let _ = write!(text, " where {}", terms.join(" AND "));
        }
        text
    }

    fn seek_bound(&self, bound: &SeekBound) -> String {
        match bound {
            SeekBound::Equal(e) => format!(" = {}", self.expr(e)),
            SeekBound::AnyOf(e) => format!(" IN {}", self.expr(e)),
            SeekBound::Prefix(e) => format!(" STARTS WITH {}", self.expr(e)),
            SeekBound::Range { lower, upper } => {
                let mut text = String::new();
                if let Some((e, inclusive)) = lower {
                    let _ = write!(text, " {} {}", if *inclusive { ">=" } else { ">" }, self.expr(e));
                }
                if let Some((e, inclusive)) = upper {
                    let _ = write!(text, " {} {}", if *inclusive { "<=" } else { "<" }, self.expr(e));
                }
                text
            }
        }
    }

    fn items(&self, items: &[(VarId, Expr)]) -> String {
        let shown = items.iter().map(|(variable, expr)| {
            if expr.is_variable(*variable) {
                self.variable(*variable)
            } else {
                format!("{} AS {}", self.expr(expr), self.variable(*variable))
            }
        });
        shown.collect::<Vec<_>>().join(", ")
    }

    fn aggregate(&self, item: &AggregateItem) -> String {
        let arguments = match item.arguments.as_slice() {
            [] => "*".to_owned(),
            some => some.iter().map(|a| self.expr(a)).collect::<Vec<_>>().join(", "),
        };
        let distinct = if item.distinct { "DISTINCT " } else { "" };
        format!("{}({distinct}{arguments}) AS {}", item.function, self.variable(item.variable))
    }

    fn sort_key(&self, key: &SortKey) -> String {
        format!("{}{}", self.expr(&key.expr), if key.descending { " DESC" } else { "" })
    }

    fn create_pattern(&self, pattern: &CreatePattern) -> String {
        let properties =
            |p: &Option<Expr>| p.as_ref().map(|e| format!(" {}", self.expr(e))).unwrap_or_default();
        let nodes = pattern.nodes.iter().map(|n| {
            let (labels, computed) = (tags(&n.labels, ":"), self.computed_labels(&n.computed));
            format!("({}{labels}{computed}{})", self.variable(n.variable), properties(&n.properties))
        });
        let relationships = pattern.relationships.iter().map(|r| {
            format!(
                "({})-[{}:{}{}]->({})",
                self.variable(r.source),
                self.variable(r.variable),
                match &r.rel_type {
                    CreatedType::Name(of) => name(of),
                    CreatedType::Computed(of) => format!("$({})", self.expr(of)),
                },
                properties(&r.properties),
                self.variable(r.target)
            )
        });
        nodes.chain(relationships).collect::<Vec<_>>().join(", ")
    }

    fn computed_labels(&self, computed: &[Expr]) -> String {
        computed.iter().map(|names| format!(":$({})", self.expr(names))).collect()
    }

    fn set_items(&self, items: &[SetItem]) -> String {
        let shown = items.iter().map(|item| match item {
            SetItem::Property { entity, key, value } => {
                format!("{}.{} = {}", self.operand(entity), name(key), self.expr(value))
            }
            SetItem::DynamicProperty { entity, key, value } => {
                format!("{}[{}] = {}", self.operand(entity), self.expr(key), self.expr(value))
            }
            SetItem::ReplaceProperties { entity, value } => {
                format!("{} = {}", self.variable(*entity), self.expr(value))
            }
            SetItem::MergeProperties { entity, value } => {
                format!("{} += {}", self.variable(*entity), self.expr(value))
            }
            SetItem::AddLabels { node, labels, computed } => {
                format!("{}{}{}", self.variable(*node), tags(labels, ":"), self.computed_labels(computed))
            }
            SetItem::RemoveLabels { node, labels, computed } => {
                let computed = self.computed_labels(computed);
                format!("{} without {}{computed}", self.variable(*node), tags(labels, ":"))
            }
        });
        shown.collect::<Vec<_>>().join(", ")
    }

    fn variable(&self, variable: VarId) -> String {
        let index = usize::try_from(variable.0).unwrap_or(usize::MAX);
        self.names.get(index).cloned().unwrap_or_else(|| format!("{variable:?}"))
    }

    fn variables(&self, variables: &[VarId]) -> String {
        variables.iter().map(|v| self.variable(*v)).collect::<Vec<_>>().join(", ")
    }
}

fn selected(selection: Selection) -> String {
    match selection {
        Selection::Paths(count) => format!("shortest {count}"),
        Selection::Lengths(count) => format!("shortest {count} lengths"),
    }
}

fn tags(names: &[Arc<str>], between: &str) -> String {
    let mut text = String::new();
    for (position, tag) in names.iter().enumerate() {
        text.push_str(if position == 0 { ":" } else { between });
        text.push_str(&name(tag));
    }
    text
}

/// A name as the text would write it.
pub(crate) fn name(name: &str) -> String {
    let mut chars = name.chars();
    let plain = chars.next().is_some_and(|c| c.is_alphabetic() || c == '_')
        && chars.all(|c| c.is_alphanumeric() || c == '_');
    if plain { name.to_owned() } else { format!("`{}`", name.replace('`', "``")) }
}
