//! What only a browser has. Run by `cargo xtask test`; empty on other targets.
#![cfg(target_arch = "wasm32")]

use wasm_bindgen::JsCast;
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};

wasm_bindgen_test_configure!(run_in_browser);

#[wasm_bindgen_test]
fn runs_in_a_page() {
    let global = js_sys::global();
    let document = js_sys::Reflect::get(&global, &"document".into()).expect("a page has a document");
    assert!(document.is_object(), "{:?}", global.unchecked_ref::<js_sys::Object>());
}

#[wasm_bindgen_test]
fn scenarios_have_the_digests_they_have_natively() {
    use podyard_tests::scenario::{DIGESTS, SCENARIOS, digest};
    assert_eq!(SCENARIOS.map(|scenario| digest(&scenario, 60_000_000)), DIGESTS);
}
