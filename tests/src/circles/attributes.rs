//! What attributes say of what they are on.

use syn::{Attribute, Expr, Item, Lit, Meta};

use super::tokens;

/// Whether it is there for tests only.
pub(super) fn is_for_tests(attributes: &[Attribute]) -> bool {
    attributes.iter().any(|attribute| match &attribute.meta {
        Meta::List(list) if list.path.is_ident("cfg") => list.parse_args().is_ok_and(|meta| needs_test(&meta)),
        Meta::Path(path) => path.is_ident("test"),
        Meta::List(_) | Meta::NameValue(_) => false,
    })
}

/// Whether a condition is never true but for tests.
fn needs_test(condition: &Meta) -> bool {
    let list = |list: &syn::MetaList| -> Vec<Meta> {
        let parser = syn::punctuated::Punctuated::<Meta, syn::Token![,]>::parse_terminated;
        list.parse_args_with(parser).into_iter().flatten().collect()
    };
    match condition {
        Meta::Path(path) => path.is_ident("test"),
        Meta::List(all) if all.path.is_ident("all") => list(all).iter().any(needs_test),
        Meta::List(any) if any.path.is_ident("any") => list(any).iter().all(needs_test),
        Meta::List(_) | Meta::NameValue(_) => false,
    }
}

/// The file that `#[path = "…"]` names.
pub(super) fn path_of(attributes: &[Attribute]) -> Option<String> {
    attributes.iter().find_map(|attribute| match &attribute.meta {
        Meta::NameValue(pair) if pair.path.is_ident("path") => match &pair.value {
            Expr::Lit(expr) => match &expr.lit {
                Lit::Str(text) => Some(text.value()),
                _ => None,
            },
            _ => None,
        },
        Meta::Path(_) | Meta::List(_) | Meta::NameValue(_) => None,
    })
}

/// The paths in an attribute's arguments.
pub(super) fn paths(attribute: &Attribute) -> Vec<tokens::Written> {
    match (&attribute.meta, attribute.path().get_ident()) {
        (Meta::List(list), Some(name)) => tokens::attribute_paths(&tokens::text(name), &list.tokens),
        _ => Vec::new(),
    }
}

/// The attributes of an item.
pub(super) fn of_item(item: &Item) -> &[Attribute] {
    match item {
        Item::Const(item) => &item.attrs,
        Item::Enum(item) => &item.attrs,
        Item::ExternCrate(item) => &item.attrs,
        Item::Fn(item) => &item.attrs,
        Item::ForeignMod(item) => &item.attrs,
        Item::Impl(item) => &item.attrs,
        Item::Macro(item) => &item.attrs,
        Item::Mod(item) => &item.attrs,
        Item::Static(item) => &item.attrs,
        Item::Struct(item) => &item.attrs,
        Item::Trait(item) => &item.attrs,
        Item::TraitAlias(item) => &item.attrs,
        Item::Type(item) => &item.attrs,
        Item::Union(item) => &item.attrs,
        Item::Use(item) => &item.attrs,
        // What syn does not know.
        _ => &[],
    }
}
