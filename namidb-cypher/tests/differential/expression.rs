//! Expressions of a type, over the variables in scope. None of them can fail at run time, and none depends on the order of
//! rows, so that every way of running a statement must give the same.

use crate::draw::Draw;

/// What a variable or an expression is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Type {
    Node,
    Relationship,
    /// Relationships of a path of variable length.
    Relationships,
    Path,
    Boolean,
    Integer,
    Float,
    String,
    /// A list of integers.
    List,
    Date,
    /// Values of several types.
    Mixed,
}

use Type::{Boolean, Date, Float, Integer, List, Mixed, Node, Path, Relationship, Relationships};

/// Types whose values are of use in a row.
pub(crate) const VALUES: [Type; 7] = [Boolean, Integer, Integer, Float, Type::String, List, Date];

/// A variable in scope.
#[derive(Clone, Debug)]
pub(crate) struct Variable {
    pub(crate) name: String,
    pub(crate) of: Type,
}

/// Writes expressions over a scope.
pub(crate) struct Expressions<'a> {
    pub(crate) draw: &'a mut Draw,
    pub(crate) scope: &'a [Variable],
    /// Numbers names that are bound inside of expressions.
    bound: usize,
}

impl<'a> Expressions<'a> {
    pub(crate) fn new(draw: &'a mut Draw, scope: &'a [Variable]) -> Expressions<'a> {
        Expressions { draw, scope, bound: 0 }
    }

    fn variable(&mut self, of: Type) -> Option<&'a str> {
        let found: Vec<&str> = self.scope.iter().filter(|v| v.of == of).map(|v| v.name.as_str()).collect();
        (!found.is_empty()).then(|| self.draw.one(&found))
    }

    /// A property of a node or a relationship in scope, or a value that has no variable.
    fn property(&mut self, key: &str, instead: &[&'static str]) -> String {
        match self.variable(Node) {
            Some(node) => format!("{node}.{key}"),
            None => self.draw.one(instead).to_owned(),
        }
    }

    fn fresh(&mut self) -> String {
        self.bound += 1;
        format!("q{}", self.bound)
    }

    /// An expression of a type, nested at most so deep.
    pub(crate) fn of(&mut self, of: Type, depth: usize) -> String {
        if !self.draw.once_in(4)
            && let Some(variable) = self.variable(of)
        {
            return variable.to_owned();
        }
        match of {
            Boolean => self.boolean(depth),
            Integer => self.integer(depth),
            Float => self.float(depth),
            Type::String => self.string(depth),
            List => self.list(depth),
            Date => self.property("d", &["date('2020-02-29')", "null"]),
            Mixed => self.property("m", &["1", "'1'", "null"]),
            Node | Relationship | Relationships | Path => self.variable(of).unwrap_or("null").to_owned(),
        }
    }

    /// An operand of a comparison that an index may answer: a constant or a property.
    fn integer_operand(&mut self) -> String {
        self.draw.one(&["0", "1", "2", "1.0", "-1", "$one", "null"]).to_owned()
    }

    pub(crate) fn boolean(&mut self, depth: usize) -> String {
        if depth == 0 {
            return match self.draw.below(5) {
                0 => self.draw.one(&["true", "false", "null"]).to_owned(),
                1 => self.property("b", &["true"]),
                _ => {
                    let (operator, right) = (self.comparison(), self.integer_operand());
                    format!("{} {operator} {right}", self.property("i", &["1"]))
                }
            };
        }
        let below = depth - 1;
        match self.draw.below(20) {
            17 => {
                let (sum, each) = (self.fresh(), self.fresh());
                let list = self.of(List, below);
                format!(
                    "allReduce({sum} = 0, {each} IN {list} | {sum} + {each}, {sum} < {})",
                    self.draw.one(&["1", "3"])
                )
            }
            18 => format!(
                "CASE {} WHEN IS NULL THEN {} WHEN > 1, 0 THEN {} END",
                self.of(Integer, below),
                self.of(Boolean, below),
                self.of(Boolean, below)
            ),
            0 => format!("(NOT {})", self.of(Boolean, below)),
            1 | 2 => format!("({} AND {})", self.of(Boolean, below), self.of(Boolean, below)),
            3 => format!("({} OR {})", self.of(Boolean, below), self.of(Boolean, below)),
            4 => format!("({} XOR {})", self.of(Boolean, below), self.of(Boolean, below)),
            5 => {
                let of = VALUES[self.draw.below(VALUES.len())];
                let operator = self.comparison();
                format!("({} {operator} {})", self.of(of, below), self.of(of, below))
            }
            6 => {
                let of = VALUES[self.draw.below(VALUES.len())];
                format!("({} IS {})", self.of(of, below), self.draw.one(&["NULL", "NOT NULL"]))
            }
            7 => format!("({} IN {})", self.of(Integer, below), self.of(List, below)),
            8 => {
                let operator = self.draw.one(&["STARTS WITH", "ENDS WITH", "CONTAINS"]);
                let right = self.draw.one(&["'a'", "'b'", "''", "null"]);
                format!("({} {operator} {right})", self.of(Type::String, below))
            }
            9 => match self.variable(Node) {
                Some(node) => {
                    let labels = [
                        "A",
                        "B",
                        "A|B",
                        "!A",
                        "A&B",
                        "C",
                        "$('A')",
                        "$('A' + '')",
                        "$any(['A', 'C' + ''])",
                        "!$(['A', 'B'])",
                    ];
                    format!("({node}:{})", self.draw.one(&labels))
                }
                None => "true".to_owned(),
            },
            10 | 11 => match self.variable(Node) {
                Some(node) => {
                    let step = self.step();
                    let end = self.draw.one(&["()", "(:A)", "(:B {i: 1})"]);
                    format!("EXISTS {{ ({node}){step}{end} }}")
                }
                None => self.of(Boolean, below),
            },
            12 => {
                let (quantifier, name) = (self.draw.one(&["all", "any", "none", "single"]), self.fresh());
                let list = self.of(List, below);
                format!("{quantifier}({name} IN {list} WHERE {name} > {})", self.draw.one(&["0", "1", "2"]))
            }
            13 => format!(
                "CASE WHEN {} THEN {} ELSE {} END",
                self.of(Boolean, below),
                self.of(Boolean, below),
                self.of(Boolean, below)
            ),
            14 => match (self.variable(Node), self.variable(Node)) {
                (Some(one), Some(other)) => format!("({one} {} {other})", self.draw.one(&["=", "<>"])),
                _ => self.of(Boolean, below),
            },
            15 => {
                let operator = self.comparison();
                format!(
                    "({} {operator} {})",
                    self.of(Mixed, below),
                    self.draw.one(&["1", "'1'", "true", "[1]"])
                )
            }
            16 => {
                let operands = (self.integer_operand(), self.integer_operand());
                format!("({} <= {} < {})", operands.0, self.property("i", &["1"]), operands.1)
            }
            _ => {
                let (operator, right) = (self.comparison(), self.integer_operand());
                format!("{} {operator} {right}", self.property("i", &["1"]))
            }
        }
    }

    fn comparison(&mut self) -> &'static str {
        self.draw.one(&["=", "=", "<>", "<", "<=", ">", ">="])
    }

    /// A relationship of a pattern inside of an expression.
    fn step(&mut self) -> &'static str {
        self.draw.one(&[
            "-->",
            "<--",
            "--",
            "-[:R]->",
            "<-[:S]-",
            "-[:R|T]-",
            "-[:R*1..2]->",
            "-[:S {w: 1}]->",
        ])
    }

    fn integer(&mut self, depth: usize) -> String {
        if depth == 0 {
            return match self.draw.below(4) {
                0 => self.draw.one(&["0", "1", "2", "-3", "null", "$one"]).to_owned(),
                1 => match self.variable(Relationship) {
                    Some(relationship) => format!("{relationship}.w"),
                    None => self.property("i", &["2"]),
                },
                _ => self.property("i", &["2"]),
            };
        }
        let below = depth - 1;
        match self.draw.below(15) {
            0 => format!("({} + {})", self.of(Integer, below), self.of(Integer, below)),
            1 => format!("({} - {})", self.of(Integer, below), self.of(Integer, below)),
            2 => format!("({} * {})", self.of(Integer, below), self.draw.one(&["2", "-1", "0"])),
            3 => format!("({} {} 3)", self.of(Integer, below), self.draw.one(&["%", "/"])),
            4 => format!("size({})", self.of(List, below)),
            5 => format!("size({})", self.of(Type::String, below)),
            6 => format!("coalesce({}, {})", self.of(Integer, below), self.of(Integer, below)),
            7 => format!("abs({})", self.of(Integer, below)),
            8 => format!(
                "CASE {} WHEN 1 THEN {} WHEN 2 THEN 7 ELSE {} END",
                self.of(Integer, below),
                self.of(Integer, below),
                self.of(Integer, below)
            ),
            9 => match self.variable(Node) {
                Some(node) => {
                    let (step, end) = (self.step(), self.draw.one(&["()", "(:A)", "(:B)"]));
                    match self.draw.below(3) {
                        0 => format!("COUNT {{ ({node}){step}{end} }}"),
                        1 => format!("COUNT {{ MATCH ({node}){step}(z) WHERE z.i > 0 RETURN DISTINCT z }}"),
                        _ => format!("size([({node}){step}(z:A) | z.i])"),
                    }
                }
                None => "5".to_owned(),
            },
            10 => {
                let (sum, each) = (self.fresh(), self.fresh());
                format!("reduce({sum} = 0, {each} IN {} | {sum} + {each})", self.of(List, below))
            }
            11 => format!("{}[{}]", self.of(List, below), self.draw.one(&["0", "1", "-1", "5"])),
            12 => format!("toInteger({})", self.of(Float, below)),
            13 => match (self.variable(Path), self.variable(Relationships)) {
                (Some(path), _) => format!("length({path})"),
                (_, Some(relationships)) => format!("size({relationships})"),
                _ => "3".to_owned(),
            },
            _ => match self.variable(Node) {
                Some(node) => format!("id({node})"),
                None => "4".to_owned(),
            },
        }
    }

    fn float(&mut self, depth: usize) -> String {
        if depth == 0 {
            return self.property("f", &["0.5", "null"]);
        }
        let below = depth - 1;
        match self.draw.below(5) {
            0 => format!("({} + {})", self.of(Float, below), self.of(Float, below)),
            1 => format!("({} * 0.5)", self.of(Integer, below)),
            2 => format!("toFloat({})", self.of(Integer, below)),
            3 => format!("{}({})", self.draw.one(&["floor", "ceil", "abs"]), self.of(Float, below)),
            _ => self.property("f", &["0.5", "null"]),
        }
    }

    fn string(&mut self, depth: usize) -> String {
        if depth == 0 {
            return match self.variable(Relationship).filter(|_| self.draw.once_in(3)) {
                Some(relationship) => format!("{relationship}.t"),
                None => self.property("s", &["'ab'", "null"]),
            };
        }
        let below = depth - 1;
        match self.draw.below(6) {
            0 => {
                let operator = self.draw.one(&["+", "||"]);
                format!("({} {operator} {})", self.of(Type::String, below), self.of(Type::String, below))
            }
            1 => {
                let function = self.draw.one(&["toUpper", "toLower", "trim", "reverse"]);
                format!("{function}({})", self.of(Type::String, below))
            }
            2 => format!("substring({}, {})", self.of(Type::String, below), self.draw.one(&["0", "1"])),
            3 => format!("toString({})", self.of(Integer, below)),
            4 => match self.variable(Relationship) {
                Some(relationship) => format!("type({relationship})"),
                None => self.property("s", &["'b'"]),
            },
            _ => format!("coalesce({}, 'none')", self.of(Type::String, below)),
        }
    }

    fn list(&mut self, depth: usize) -> String {
        if depth == 0 {
            return match self.draw.below(3) {
                0 => self.draw.one(&["[]", "[1, 2]", "[0, null, 2]", "range(0, 2)", "null"]).to_owned(),
                _ => self.property("l", &["[1, 2, 3]"]),
            };
        }
        let below = depth - 1;
        match self.draw.below(6) {
            0 => format!("[{}, {}]", self.of(Integer, below), self.of(Integer, below)),
            1 => {
                let name = self.fresh();
                format!("[{name} IN {} WHERE {name} > 0 | {name} + 1]", self.of(List, below))
            }
            2 => format!("({} + {})", self.of(List, below), self.of(List, below)),
            3 => format!("tail({})", self.of(List, below)),
            4 => format!("{}[0..2]", self.of(List, below)),
            _ => format!("reverse({})", self.of(List, below)),
        }
    }

    /// An aggregation and what it gives.
    pub(crate) fn aggregation(&mut self) -> (String, Type) {
        let distinct = if self.draw.once_in(3) { "DISTINCT " } else { "" };
        match self.draw.below(7) {
            0 | 1 => ("count(*)".to_owned(), Integer),
            2 => {
                let of = [Integer, Type::String, Mixed, Node][self.draw.below(4)];
                (format!("count({distinct}{})", self.of(of, 1)), Integer)
            }
            3 => (format!("sum({distinct}{})", self.of(Integer, 1)), Integer),
            4 => {
                let of = [Integer, Type::String, Date][self.draw.below(3)];
                (format!("{}({})", self.draw.one(&["min", "max"]), self.of(of, 1)), of)
            }
            5 => (format!("size(collect({distinct}{}))", self.of(Mixed, 1)), Integer),
            _ => {
                let (sum, each) = (self.fresh(), self.fresh());
                let list = format!("collect({distinct}{})", self.of(Integer, 1));
                (format!("reduce({sum} = 0, {each} IN {list} | {sum} + {each})"), Integer)
            }
        }
    }
}
