//! A set of images: a bit for each, so that millions cost a megabyte and no
//! tree.

use crate::ids::ImageId;

/// Images of one index.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ImageSet {
    words: Vec<u64>,
    /// How many images the index has.
    images: u32,
    count: usize,
}

impl ImageSet {
    /// A set of none of `images` images.
    #[must_use]
    pub fn none_of(images: u32) -> Self {
        Self { words: vec![0; (images as usize).div_ceil(64)], images, count: 0 }
    }

    /// How many it holds.
    #[must_use]
    pub fn len(&self) -> usize {
        self.count
    }

    /// Whether it holds none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.count == 0
    }

    /// Whether an image is in it.
    #[must_use]
    pub fn contains(&self, image: ImageId) -> bool {
        self.words.get(image.0 as usize / 64).is_some_and(|word| word >> (image.0 % 64) & 1 == 1)
    }

    /// Puts an image in; whether it was not there before. Ids that the index
    /// does not have are not taken.
    pub fn insert(&mut self, image: ImageId) -> bool {
        let bit = 1_u64 << (image.0 % 64);
        match self.words.get_mut(image.0 as usize / 64) {
            Some(word) if *word & bit == 0 && image.0 < self.images => {
                *word |= bit;
                self.count += 1;
                true
            }
            _ => false,
        }
    }

    /// All of them, in the order of their ids.
    pub fn iter(&self) -> impl Iterator<Item = ImageId> + '_ {
        (0_u32..).zip(&self.words).flat_map(|(at, word)| {
            let mut left = *word;
            std::iter::from_fn(move || {
                let bit = (left != 0).then(|| left.trailing_zeros())?;
                left &= left - 1;
                Some(ImageId(at * 64 + bit))
            })
        })
    }
}

impl Extend<ImageId> for ImageSet {
    fn extend<T: IntoIterator<Item = ImageId>>(&mut self, images: T) {
        images.into_iter().for_each(|image| _ = self.insert(image));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn holds_what_was_put_in_and_nothing_else() {
        let mut set = ImageSet::none_of(130);
        let ids = [129, 0, 64, 63, 64, 130, 500].map(ImageId);
        assert_eq!(ids.map(|id| set.insert(id)), [true, true, true, true, false, false, false]);
        assert_eq!((set.len(), set.is_empty()), (4, false));
        assert_eq!(set.iter().collect::<Vec<_>>(), [0, 63, 64, 129].map(ImageId));
        assert!(set.contains(ImageId(64)) && !set.contains(ImageId(65)) && !set.contains(ImageId(500)));
    }
}
