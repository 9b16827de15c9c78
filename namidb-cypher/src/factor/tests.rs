//! Every operation on a factorised batch is checked against the same operation on the table that it
//! stands for, written out by the simplest code that can do it.

use super::*;
use namidb_core::Value;
use proptest::prelude::*;

/// The shape of a random batch: the root's length, then for each group its parent and fan-outs.
#[derive(Clone, Debug)]
struct Shape {
    root: usize,
    groups: Vec<(prop::sample::Index, Vec<usize>, bool)>,
}

fn shape() -> impl Strategy<Value = Shape> {
    let group =
        (any::<prop::sample::Index>(), prop::collection::vec(1_usize..4, 40), prop::bool::weighted(0.85));
    (0_usize..5, prop::collection::vec(group, 0..4)).prop_map(|(root, groups)| Shape { root, groups })
}

/// Column `n` of group `n` holds the row's own number, so a row of the table names its rows.
fn build(shape: &Shape) -> Batch {
    let numbers = |n: usize| Vector::integers((0..n as i64).collect());
    let mut batch = Batch::flat(shape.root, vec![(VarId(0), numbers(shape.root))]);
    for (number, (parent, fan_outs, columns)) in shape.groups.iter().enumerate() {
        let parent = parent.index(batch.groups().len());
        let mut offsets = vec![0_u64];
        for row in 0..batch.group(parent).len() {
            offsets.push(offsets[row] + fan_outs[row % fan_outs.len()] as u64);
        }
        let len = *offsets.last().unwrap() as usize;
        let columns = if *columns { vec![(VarId(number as u32 + 1), numbers(len))] } else { vec![] };
        batch.push_group(parent, offsets, columns);
    }
    batch
}

/// The table: for each row the row of each group, in order.
fn table(batch: &Batch) -> Vec<Vec<usize>> {
    let mut rows: Vec<Vec<usize>> = (0..batch.group(0).len()).map(|r| vec![r]).collect();
    for group in &batch.groups()[1..] {
        let mut next = Vec::new();
        for row in rows {
            let owner = row[group.parent().unwrap()];
            for child in group.offsets()[owner]..group.offsets()[owner + 1] {
                let mut row = row.clone();
                row.push(child as usize);
                next.push(row);
            }
        }
        rows = next;
    }
    rows
}

/// The table by values, a list for each row, of the variables in order.
fn values(batch: &Batch) -> Vec<Vec<(u32, i64)>> {
    table(batch)
        .into_iter()
        .map(|row| {
            let mut cells = Vec::new();
            for (group, at) in batch.groups().iter().zip(row) {
                for (variable, column) in group.columns() {
                    let Value::Integer(n) = column.value(at) else { panic!("an integer") };
                    cells.push((variable.0, n));
                }
            }
            cells.sort_unstable();
            cells
        })
        .collect()
}

fn is_reduced(batch: &Batch) -> bool {
    batch.groups().iter().skip(1).all(|g| g.offsets().windows(2).all(|w| w[0] < w[1]))
}

proptest! {
    #[test]
    fn flattening_writes_the_table_out(shape in shape()) {
        let batch = build(&shape);
        let flat = batch.clone().flatten();
        prop_assert!(flat.is_flat());
        prop_assert_eq!(values(&flat), values(&batch));
    }

    #[test]
    fn a_cursor_gives_the_table_in_pieces(shape in shape(), max in 1_usize..5) {
        let batch = build(&shape);
        let expected = values(&batch);
        let mut cursor = FlatCursor::new(batch);
        let mut rows = Vec::new();
        while let Some(piece) = cursor.next(max) {
            prop_assert!(piece.is_flat() && !piece.is_empty() && piece.group(0).len() <= max);
            rows.extend(values(&piece));
        }
        prop_assert_eq!(rows, expected);
    }

    #[test]
    fn multiplicities_count_the_rows_of_the_table(shape in shape()) {
        let batch = build(&shape);
        let table = table(&batch);
        prop_assert_eq!(batch.row_count(), table.len() as u64);
        for number in 0..batch.groups().len() {
            let mut expected = vec![0_u64; batch.group(number).len()];
            for row in &table {
                expected[row[number]] += 1;
            }
            let counted = batch.multiplicity(number).unwrap_or_else(|| vec![1; expected.len()]);
            prop_assert_eq!(counted, expected);
        }
    }

    #[test]
    fn taking_rows_of_a_group_takes_their_part_of_the_table(shape in shape(), group in any::<prop::sample::Index>(), times in prop::collection::vec(0_usize..3, 60)) {
        let batch = build(&shape);
        let number = group.index(batch.groups().len());
        let times = |row: usize| times[row % times.len()];
        let mut rows = Vec::new();
        for row in 0..batch.group(number).len() {
            rows.extend(std::iter::repeat_n(row as u32, times(row)));
        }
        let taken = batch.take(number, rows);
        prop_assert!(is_reduced(&taken));
        let mut expected: Vec<Vec<(u32, i64)>> = Vec::new();
        for (row, cells) in table(&batch).iter().zip(values(&batch)) {
            expected.extend(std::iter::repeat_n(cells, times(row[number])));
        }
        let mut got = values(&taken);
        // A repeated row comes once for each copy, which is another place in the order.
        expected.sort();
        got.sort();
        prop_assert_eq!(got, expected);
    }

    #[test]
    fn a_column_pulled_down_has_the_values_of_the_rows_above(shape in shape()) {
        let batch = build(&shape);
        for number in 0..batch.groups().len() {
            for ancestor in 0..batch.groups().len() {
                if !batch.is_ancestor(ancestor, number) {
                    continue;
                }
                let Some(column) = batch.column_at(VarId(ancestor as u32), number) else { continue };
                for row in &table(&batch) {
                    let Value::Integer(n) = column.value(row[number]) else { panic!("an integer") };
                    prop_assert_eq!(n as usize, row[ancestor]);
                }
            }
        }
    }
}

#[test]
fn variables_on_two_branches_have_no_common_group() {
    let column = |n: usize| Vector::integers(vec![0; n]);
    let mut batch = Batch::flat(1, vec![(VarId(0), column(1))]);
    let left = batch.push_group(0, vec![0, 2], vec![(VarId(1), column(2))]);
    let right = batch.push_group(0, vec![0, 3], vec![(VarId(2), column(3))]);
    let below = batch.push_group(left, vec![0, 1, 2], vec![(VarId(3), column(2))]);
    assert_eq!(batch.place(&[]), Placement::Group(0));
    assert_eq!(batch.place(&[VarId(0), VarId(2)]), Placement::Group(right));
    assert_eq!(batch.place(&[VarId(3), VarId(0), VarId(1)]), Placement::Group(below));
    assert_eq!(batch.place(&[VarId(1), VarId(2)]), Placement::Branches);
    assert_eq!(batch.row_count(), 6);
}
