//! What a value may be: the types of the catalog, as the walkers see them.

use super::table::Table;
use std::cmp::Ordering;

const REQUIRED: u32 = 1 << 31;

/// A type of a catalog: a handle, cheap to copy.
#[derive(Clone, Copy, Debug)]
pub struct TypeRef<'c> {
    pub(super) table: &'c Table,
    pub(super) id: u32,
}

impl PartialEq for TypeRef<'_> {
    fn eq(&self, other: &Self) -> bool {
        std::ptr::eq(self.table, other.table) && self.id == other.id
    }
}

/// What values a type has, in the terms of the API server's decoder.
#[derive(Clone, Copy, Debug)]
pub enum Shape<'c> {
    /// Any JSON; its contents are not checked here.
    Any,
    /// A mapping with known fields.
    Object(Object<'c>),
    /// A mapping from any string to values of one type.
    Map(TypeRef<'c>),
    /// A sequence.
    List(List<'c>),
    /// A string, of certain values where [`Names`] is not empty.
    String(Names<'c>),
    /// `true` or `false`.
    Boolean,
    /// An integer within `i32`.
    Int32,
    /// An integer within `i64`.
    Int64,
    /// Any number.
    Number,
    /// A string in base64.
    Bytes,
    /// A quantity, such as `500m` or `1Gi`; a number will do.
    Quantity,
    /// An integer within `i32`, or a string.
    IntOrString,
    /// A time in the form of RFC 3339.
    Time,
    /// The same, with exactly six digits after the second.
    MicroTime,
    /// In a CRD: a schema or a boolean.
    SchemaOrBool(TypeRef<'c>),
    /// In a CRD: a schema or a list of schemas.
    SchemaOrArray(TypeRef<'c>),
    /// In a CRD: a schema or a list of strings.
    SchemaOrStrings(TypeRef<'c>),
}

impl<'c> TypeRef<'c> {
    fn word(self, word: u32) -> u32 {
        self.table.type_word(self.id, word)
    }

    fn element(self) -> Self {
        Self {
            table: self.table,
            id: self.word(1),
        }
    }

    /// What it is.
    #[must_use]
    pub fn shape(self) -> Shape<'c> {
        match self.word(0) & 0xff {
            1 => Shape::Object(Object { of: self }),
            2 => Shape::Map(self.element()),
            3 => Shape::List(List { of: self }),
            4 => Shape::String(Names {
                table: self.table,
                start: self.word(2),
                count: self.word(3),
            }),
            5 => Shape::Boolean,
            6 => Shape::Int32,
            7 => Shape::Int64,
            8 => Shape::Number,
            9 => Shape::Bytes,
            10 => Shape::Quantity,
            11 => Shape::IntOrString,
            12 => Shape::Time,
            13 => Shape::MicroTime,
            14 => Shape::SchemaOrBool(self.element()),
            15 => Shape::SchemaOrArray(self.element()),
            16 => Shape::SchemaOrStrings(self.element()),
            _ => Shape::Any,
        }
    }

    /// It as an object, when it is one.
    #[must_use]
    pub fn as_object(self) -> Option<Object<'c>> {
        match self.shape() {
            Shape::Object(object) => Some(object),
            _ => None,
        }
    }

    /// The object that it is, or that it holds directly as a list or a map.
    #[must_use]
    pub fn innermost(self) -> Self {
        let mut at = self;
        loop {
            at = match at.shape() {
                Shape::Map(element) => element,
                Shape::List(list) => list.element(),
                _ => return at,
            }
        }
    }

    /// A number that tells it from the other types of its catalog.
    #[must_use]
    pub fn id(self) -> u32 {
        self.id
    }

    /// How messages call its values, with an article: `an integer`.
    #[must_use]
    pub fn describe(self) -> &'static str {
        match self.shape() {
            Shape::Any => "any value",
            Shape::Object(_) | Shape::Map(_) => "a mapping",
            Shape::List(_) => "a list",
            Shape::String(_) => "a string",
            Shape::Boolean => "a boolean",
            Shape::Int32 | Shape::Int64 => "an integer",
            Shape::Number => "a number",
            Shape::Bytes => "a string in base64",
            Shape::Quantity => "a quantity",
            Shape::IntOrString => "an integer or a string",
            Shape::Time | Shape::MicroTime => "a time",
            Shape::SchemaOrBool(_) => "a schema or a boolean",
            Shape::SchemaOrArray(_) => "a schema or a list of schemas",
            Shape::SchemaOrStrings(_) => "a schema or a list of strings",
        }
    }
}

/// A type with known fields.
#[derive(Clone, Copy, Debug)]
pub struct Object<'c> {
    of: TypeRef<'c>,
}

impl<'c> Object<'c> {
    /// Its name in Kubernetes' own code: `PodSpec`.
    #[must_use]
    pub fn name(self) -> &'c str {
        self.of.table.name(self.of.word(1))
    }

    /// It as a type.
    #[must_use]
    pub fn as_type(self) -> TypeRef<'c> {
        self.of
    }

    /// How many fields it has.
    #[must_use]
    pub fn field_count(self) -> u32 {
        self.of.word(3)
    }

    /// Its fields, sorted by name.
    pub fn fields(self) -> impl Iterator<Item = Field<'c>> {
        (0..self.field_count()).map(move |index| self.field_at(index))
    }

    /// The field with that place in the order of names.
    #[must_use]
    pub fn field_at(self, index: u32) -> Field<'c> {
        Field {
            table: self.of.table,
            id: self.of.word(2) + index,
            index,
        }
    }

    /// The field of that name; upper and lower case differ.
    #[must_use]
    pub fn field(self, name: &str) -> Option<Field<'c>> {
        let (mut low, mut high) = (0, self.field_count());
        while low < high {
            let middle = low + (high - low) / 2;
            let field = self.field_at(middle);
            match field.name().cmp(name) {
                Ordering::Less => low = middle + 1,
                Ordering::Greater => high = middle,
                Ordering::Equal => return Some(field),
            }
        }
        None
    }
}

/// A field of an [`Object`].
#[derive(Clone, Copy, Debug)]
pub struct Field<'c> {
    table: &'c Table,
    id: u32,
    index: u32,
}

impl<'c> Field<'c> {
    fn word(self, word: u32) -> u32 {
        self.table.field_word(self.id, word)
    }

    /// Its name.
    #[must_use]
    pub fn name(self) -> &'c str {
        self.table.name(self.word(0))
    }

    /// Its place in the order of names of its object, from 0.
    #[must_use]
    pub fn index(self) -> u32 {
        self.index
    }

    /// The type of its value.
    #[must_use]
    pub fn value_type(self) -> TypeRef<'c> {
        TypeRef {
            table: self.table,
            id: self.word(1) & !REQUIRED,
        }
    }

    /// Whether the schema wants it. The API server does not check the schema
    /// but its own rules, which in some places ask for less.
    #[must_use]
    pub fn is_required(self) -> bool {
        self.word(1) & REQUIRED != 0
    }

    /// Compares the names, which takes no look at the text where they are equal.
    #[must_use]
    pub fn cmp_name(self, other: Self) -> Ordering {
        // A table has each name once.
        if std::ptr::eq(self.table, other.table) && self.word(0) == other.word(0) {
            return Ordering::Equal;
        }
        self.name().cmp(other.name())
    }

    /// Whether both are the same field of the same type, with the same default.
    #[must_use]
    pub fn same_as(self, other: Self) -> bool {
        std::ptr::eq(self.table, other.table) && (0..3).all(|it| self.word(it) == other.word(it))
    }

    /// The constant that the API server puts where the field is absent, as JSON.
    #[must_use]
    pub fn default_json(self) -> Option<&'c str> {
        Some(self.table.name(self.word(2))).filter(|it| !it.is_empty())
    }
}

/// How the items of a list are keyed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ListType {
    /// The list is replaced as a whole.
    Atomic,
    /// Its items are values, each only once.
    Set,
    /// Its items are objects that [`List::keys`] tell apart.
    Map,
}

/// A type whose values are sequences.
#[derive(Clone, Copy, Debug)]
pub struct List<'c> {
    of: TypeRef<'c>,
}

impl<'c> List<'c> {
    /// The type of its items.
    #[must_use]
    pub fn element(self) -> TypeRef<'c> {
        self.of.element()
    }

    /// How server-side apply merges it; `None` where nothing is said.
    #[must_use]
    pub fn list_type(self) -> Option<ListType> {
        match self.of.word(0) >> 8 & 3 {
            1 => Some(ListType::Atomic),
            2 => Some(ListType::Set),
            3 => Some(ListType::Map),
            _ => None,
        }
    }

    fn names(self) -> (u32, u32, bool) {
        let count = self.of.word(3);
        (self.of.word(2), count & 0xffff, count >> 16 != 0)
    }

    /// The fields that tell its items apart under server-side apply.
    pub fn keys(self) -> impl Iterator<Item = &'c str> {
        let (start, count, _) = self.names();
        (start..start + count).map(move |index| self.of.table.pool_name(index))
    }

    /// The field that tells its items apart under a strategic merge patch, where
    /// such a patch merges the list.
    #[must_use]
    pub fn patch_key(self) -> Option<&'c str> {
        let (start, count, has_key) = self.names();
        let merged = self.of.word(0) >> 8 & 4 != 0;
        (has_key && merged).then(|| self.of.table.pool_name(start + count))
    }
}

/// The values of an enumeration, in byte order.
#[derive(Clone, Copy, Debug)]
pub struct Names<'c> {
    table: &'c Table,
    start: u32,
    count: u32,
}

impl<'c> Names<'c> {
    /// Whether any string will do.
    #[must_use]
    pub fn is_empty(self) -> bool {
        self.count == 0
    }

    /// The values.
    pub fn iter(self) -> impl Iterator<Item = &'c str> {
        (self.start..self.start + self.count).map(move |index| self.table.pool_name(index))
    }
}
