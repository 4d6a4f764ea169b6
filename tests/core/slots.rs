//! A list from which items can be removed, compared with a simple and slow one.

use std::collections::BTreeMap;

use ittybit_uploader::queue::Slots;
use proptest::prelude::*;

proptest! {
    #[test]
    fn it_has_the_same_items_as_a_map(
        numbers in prop::collection::btree_set(1_u32..200, 0..60),
        removed in prop::collection::vec(0_u32..200, 0..200),
        from in 0_u32..200,
    ) {
        let mut slots = Slots::default();
        let mut map = BTreeMap::new();
        for number in numbers {
            slots.push(number, number.to_string());
            map.insert(number, number.to_string());
        }
        for number in removed {
            prop_assert_eq!(slots.get(number), map.get(&number));
            prop_assert_eq!(slots.get_mut(number), map.get_mut(&number));
            prop_assert_eq!(slots.remove(number), map.remove(&number));
            prop_assert_eq!((slots.len(), slots.is_empty()), (map.len(), map.is_empty()));
            prop_assert!(slots.iter().eq(map.iter().map(|(number, thing)| (*number, thing))));
            let rest = map.range(from..).map(|(number, thing)| (*number, thing));
            prop_assert!(slots.from(from).eq(rest));
        }
        slots.push(200, "last".into());
        prop_assert_eq!(slots.get(200).map(String::as_str), Some("last"));
        prop_assert_eq!(slots.drain().count(), map.len() + 1);
        prop_assert!(slots.is_empty() && slots.get(200).is_none());
    }
}
