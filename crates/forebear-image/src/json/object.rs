//! Structures, declared field by field.

/// Declares a structure of [`Field`](crate::json::Field)s that is read from an
/// object, by names that fold. What it does not know it steps over.
///
/// ```
/// forebear_image::json::object! {
///     /// What a Dockerfile's USER became.
///     struct Settings {
///         user: String = "User",
///     }
/// }
/// let read: forebear_image::json::Value<Settings> = forebear_image::json::from_slice(br#"{"uSER": "app"}"#)?;
/// let settings = read.or_found().unwrap();
/// assert_eq!(settings.user.known()?.as_deref(), Some("app"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[macro_export]
macro_rules! json_object {
    ($(
        $(#[$doc:meta])*
        $visible:vis struct $struct:ident {
            $($(#[$field_doc:meta])* $field_visible:vis $field:ident: $type:ty = $name:literal,)*
        }
    )*) => {$(
        $(#[$doc])*
        $visible struct $struct {
            $($(#[$field_doc])* $field_visible $field: $crate::json::Field<$type>,)*
        }

        impl ::std::default::Default for $struct {
            fn default() -> Self {
                Self { $($field: $crate::json::Field::absent($name),)* }
            }
        }

        impl $crate::json::Read for $struct {
            const CALLED: &'static str = "an object";

            fn object<'de, A: ::serde::de::MapAccess<'de>>(
                mut object: A,
            ) -> ::std::result::Result<$crate::json::Value<Self>, A::Error> {
                let mut read = Self::default();
                while let Some(name) = object.next_key_seed($crate::json::Name(&[$($name),*]))? {
                    match name {
                        $(Some($name) => read.$field.put(object.next_value()?),)*
                        _ => _ = object.next_value::<::serde::de::IgnoredAny>()?,
                    }
                }
                Ok($crate::json::Value::Read(read))
            }
        }
    )*};
}

pub use json_object as object;
