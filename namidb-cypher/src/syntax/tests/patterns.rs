use super::*;

fn part(text: &str) -> PatternPart {
    match clause(&format!("MATCH {text} RETURN 1")) {
        Clause::Match(mut clause) => clause.pattern.remove(0),
        other => panic!("{other:?}"),
    }
}

fn relationship(text: &str) -> RelationshipPattern {
    part(&format!("(){text}()")).path.steps.remove(0).relationship
}

#[test]
fn arrows_give_the_direction() {
    use PatternDirection::{Both, Incoming, Outgoing};
    for (text, direction) in [
        ("-->", Outgoing),
        ("<--", Incoming),
        ("--", Both),
        ("<-->", Both),
        ("-[]->", Outgoing),
        ("<-[]-", Incoming),
        ("-[]-", Both),
        ("<-[]->", Both),
        ("- - >", Outgoing),
    ] {
        let relationship = relationship(text);
        assert_eq!(relationship.direction, direction, "{text}");
        assert_eq!(cut(&format!("MATCH (){text}()"), relationship.span), text);
    }
}

#[test]
fn lengths_have_a_minimum_and_a_maximum() {
    for (text, length) in [
        ("-->", None),
        ("-[*]->", Some((None, None))),
        ("-[*2]->", Some((Some(2), Some(2)))),
        ("-[*1..3]->", Some((Some(1), Some(3)))),
        ("-[*..3]->", Some((None, Some(3)))),
        ("-[*1..]->", Some((Some(1), None))),
        ("-[*..]->", Some((None, None))),
        ("-[* 1 .. 3]->", Some((Some(1), Some(3)))),
        ("-[r:A*0..1 {a: 1}]->", Some((Some(0), Some(1)))),
        ("-[*3..1]->", Some((Some(3), Some(1)))),
        ("-[:A]->+", Some((Some(1), None))),
        ("-[:A]->*", Some((Some(0), None))),
        ("-->{2}", Some((Some(2), Some(2)))),
        ("--{1,3}", Some((Some(1), Some(3)))),
        ("<--{,3}", Some((Some(0), Some(3)))),
        ("-->{1,}", Some((Some(1), None))),
    ] {
        assert_eq!(relationship(text).length.map(|l| (l.min, l.max)), length, "{text}");
    }
}

#[test]
fn types_are_written_in_the_old_style_and_in_the_new() {
    let names = |text: &str| -> Vec<String> {
        let types = relationship(text).types.unwrap();
        types.any_of().unwrap().iter().map(|name| name.text.to_string()).collect()
    };
    assert_eq!(names("-[:A]->"), ["A"]);
    assert_eq!(names("-[:A|B|C]->"), ["A", "B", "C"]);
    assert_eq!(names("-[:A|:B]->"), ["A", "B"]);
    assert_eq!(names("-[:`a b`|match]->"), ["a b", "match"]);
    assert!(relationship("-[:!A]->").types.unwrap().any_of().is_none());
    assert!(relationship("-[:A&B]->").types.unwrap().any_of().is_none());
}

#[test]
fn labels_are_written_in_the_old_style_and_in_the_new() {
    let labels = |text: &str| part(text).path.start.labels.unwrap();
    let all = |text: &str| -> Option<Vec<String>> {
        labels(text).all_of().map(|names| names.iter().map(|name| name.text.to_string()).collect())
    };
    assert_eq!(all("(:A)"), Some(vec!["A".to_owned()]));
    assert_eq!(all("(n:A:B)"), all("(n:A&B)"));
    assert_eq!(all("(n :A :B)"), Some(vec!["A".to_owned(), "B".to_owned()]));
    assert_eq!(all("(n:A|B)"), None);
    assert_eq!(labels("(n:A|B)").any_of().map(|names| names.len()), Some(2));
    assert_eq!(labels("(n:A|B&!C)"), labels("(n:A|(B&(!C)))"));
    assert_ne!(labels("(n:(A|B)&C)"), labels("(n:A|B&C)"));
    assert_eq!(labels("(n:%)").kind, LabelExprKind::Any);
    assert_eq!(labels("(n IS A)"), labels("(n:A)"));
    assert_eq!(labels("(:Étudiant)").all_of().unwrap()[0].text.as_ref(), "Étudiant");
}

#[test]
fn nodes_have_a_variable_labels_properties_and_a_predicate_or_none() {
    for (text, expected) in [
        ("()", [false; 4]),
        ("(n)", [true, false, false, false]),
        ("(:A)", [false, true, false, false]),
        ("({})", [false, false, true, false]),
        ("($p)", [false, false, true, false]),
        ("(n:A {b: 1})", [true, true, true, false]),
        ("(n:A $p)", [true, true, true, false]),
        ("(WHERE true)", [false, false, false, true]),
        ("(n WHERE n.a > 1)", [true, false, false, true]),
        ("(n:A {b: 1} WHERE n.a > 1)", [true; 4]),
        ("(order)", [true, false, false, false]),
        ("(end:end)", [true, true, false, false]),
    ] {
        let node = part(text).path.start;
        let found = [
            node.variable.is_some(),
            node.labels.is_some(),
            node.properties.is_some(),
            node.predicate.is_some(),
        ];
        assert_eq!(found, expected, "{text}");
        assert_eq!(cut(&format!("MATCH {text}"), node.span), text);
    }
}

#[test]
fn parts_have_a_variable_and_a_selector() {
    let part_of = |text: &str| {
        let part = part(text);
        (part.variable.map(|name| name.text.to_string()), part.selector, part.path.steps.len())
    };
    assert_eq!(part_of("(a)"), (None, Selector::All, 0));
    assert_eq!(part_of("p = (a)-->(b)<--(c)"), (Some("p".to_owned()), Selector::All, 2));
    assert_eq!(part_of("p = shortestPath((a)-[*]->(b))"), (Some("p".to_owned()), Selector::Shortest, 1));
    assert_eq!(part_of("allShortestPaths((a)-[*]->(b))"), (None, Selector::AllShortest, 1));
    assert_eq!(part_of("p = ((a)-->(b))"), (Some("p".to_owned()), Selector::All, 1));
    assert_eq!(part_of("((a)-->(b)){1,3}"), (None, Selector::All, 1));
    assert_eq!(part_of("(a)((b)-->(c))+(d)-->(e)"), (None, Selector::All, 2));
    assert_eq!(part_of("((a)-->(b))+((c)-->(d))*"), (None, Selector::All, 2));
    assert_eq!(part_of("p = ANY (a)-->(b)"), (Some("p".to_owned()), Selector::Any(1), 1));
    assert_eq!(part_of("ANY SHORTEST TRAIL PATHS (a)-->+(b)"), (None, Selector::ShortestPaths(1), 1));
    assert_eq!(part_of("ALL SHORTEST (a)-->+(b)"), (None, Selector::ShortestGroups(1), 1));
    assert_eq!(part_of("ALL PATHS (a)-->+(b)"), (None, Selector::All, 1));
    assert_eq!(part_of("SHORTEST 3 PATH GROUPS (a)-->+(b)"), (None, Selector::ShortestGroups(3), 1));
    assert_eq!(part_of("shortest = (a)"), (Some("shortest".to_owned()), Selector::All, 0));
}
