//! Parts of a page that know values and callbacks, nothing of Kubernetes.

pub mod button;
pub mod combobox;
pub mod dialog;
pub mod icon;
pub mod menu;
pub mod splitter;
pub mod table;
pub mod tabs;
pub mod toast;
pub mod views;

/// Gives an element's CSS custom property a value; the content security policy allows no style attributes.
pub fn set_property(element: &web_sys::Element, name: &str, value: &str) {
    use wasm_bindgen::JsCast;
    if let Some(element) = element.dyn_ref::<web_sys::HtmlElement>() {
        let _ = element.style().set_property(name, value);
    }
}

/// Gives the focus to the element with this id.
pub fn focus_id(id: &str) {
    use wasm_bindgen::JsCast;
    let element = leptos::prelude::document().get_element_by_id(id);
    if let Some(element) = element.and_then(|element| element.dyn_into::<web_sys::HtmlElement>().ok()) {
        let _ = element.focus();
    }
}
