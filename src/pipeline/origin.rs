//! Which graph is used when none is named, and whether a snapshot may be replaced. Neither is
//! ever guessed.

use std::path::{Path, PathBuf};

use super::edition::beside;
use crate::error::{Error, Result};
use crate::finding::{Finding, codes};
use crate::graph::{FailedBuild, PackOrigin, SNAPSHOT, read_manifest};
use crate::pack::{DESCRIPTOR, Pack};

/// The source of a graph that was not named.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum GraphSource {
    /// The snapshot in the store.
    Snapshot,
    /// The pack inside the program.
    Embedded,
}

/// The source of a graph that was not named: the snapshot in `store` if there is one, otherwise
/// the pack inside the program.
///
/// # Errors
///
/// If another graph is probably meant: `failed-build` if the last build into `store` failed,
/// `other-graph` if this folder is itself a pack and the snapshot is not of it.
pub fn unnamed(store: &Path) -> Result<GraphSource> {
    built(store)?;
    // Anything under that name is meant, even if it cannot be read.
    let source = if store.symlink_metadata().is_ok() { GraphSource::Snapshot } else { GraphSource::Embedded };
    let here = Path::new(DESCRIPTOR);
    if here.symlink_metadata().is_err() {
        return Ok(source);
    }
    let message = format!("this folder is itself a pack (`{DESCRIPTOR}`)");
    let (message, hint) = match (source, read_manifest(store)) {
        // That it cannot be read is reported when it is opened.
        (GraphSource::Snapshot, Err(_)) => return Ok(source),
        (GraphSource::Snapshot, Ok(manifest)) if is_of(&manifest.pack, Some(Path::new(".")), store) => {
            return Ok(source);
        }
        (GraphSource::Snapshot, Ok(manifest)) => (
            format!("{message}, but the snapshot in `{}` is of {}", store.display(), shown(&manifest.pack)),
            format!("use `--pack .` for this pack, or `--store {}` for the snapshot", store.display()),
        ),
        (GraphSource::Embedded, _) => (
            format!("{message}, but the pack inside the program would be used"),
            "use `--pack .` for this pack, or build a snapshot of it with `civigraph build .`".to_owned(),
        ),
    };
    Err(Error::invalid(Finding::error(codes::OTHER_GRAPH, message).hint(hint)))
}

/// The pack inside the program, unless another pack is probably meant. `instead` returns the hint
/// that names the pack in a folder.
///
/// # Errors
///
/// `failed-build` and `other-graph`, as in [`unnamed`].
pub fn embedded(store: &Path, instead: impl Fn(&str) -> String) -> Result<Pack> {
    if let Some(failed) = FailedBuild::read(store)?.filter(|failed| failed.origin() != PackOrigin::default()) {
        let of = shown(&failed.origin());
        let message = format!("the last build, of {of}, failed, and the pack inside the program would be used instead");
        let end = "a successful build removes this error";
        let hint = failed.folder.map_or_else(|| end.to_owned(), |folder| format!("{}; {end}", instead(&folder)));
        return Err(Error::invalid(Finding::error(codes::FAILED_BUILD, message).hint(hint)));
    }
    embedded_unless_here(instead)
}

/// The pack inside the program, unless this folder is itself a pack.
///
/// # Errors
///
/// `other-graph`.
pub fn embedded_unless_here(instead: impl Fn(&str) -> String) -> Result<Pack> {
    if Path::new(DESCRIPTOR).symlink_metadata().is_ok() {
        let message =
            format!("this folder is itself a pack (`{DESCRIPTOR}`), but the pack inside the program would be used");
        return Err(Error::invalid(Finding::error(codes::OTHER_GRAPH, message).hint(instead("."))));
    }
    Pack::embedded()
}

/// Refuses a store into which the last build failed.
fn built(store: &Path) -> Result<()> {
    let Some(failed) = FailedBuild::read(store)? else { return Ok(()) };
    let of = shown(&failed.origin());
    let arguments = failed.origin().arguments();
    let mut again = format!("civigraph build{arguments}");
    let message = match read_manifest(store) {
        Err(_) if store.join(SNAPSHOT).symlink_metadata().is_err() => {
            format!("the last build, of {of}, failed, and there is no snapshot in `{}`", store.display())
        }
        Ok(manifest) if !is_same(&manifest.pack, &failed.origin(), store) => {
            again.push_str(" --replace");
            format!(
                "the last build, of {of}, failed; the snapshot in `{}` is of {}",
                store.display(),
                shown(&manifest.pack)
            )
        }
        _ => format!("the last build of {of} failed; the snapshot in `{}` is older", store.display()),
    };
    let mut hint = format!("correct what the build reported and run `{again}` again");
    let is_fresh = read_manifest(store).and_then(|manifest| super::snapshot::check_fresh(store, &manifest)).is_ok();
    if is_fresh {
        hint.push_str(&format!(", or query the older snapshot with `--store {}`", store.display()));
    } else if let Some(folder) = &failed.folder {
        hint.push_str(&format!(", or query the pack as it is with `--pack {folder}`"));
    }
    Err(Error::invalid(Finding::error(codes::FAILED_BUILD, message).hint(hint)))
}

/// Refuses to replace the snapshot of another pack. Packs are the same if they have the same name
/// and place.
///
/// # Errors
///
/// `other-pack`.
pub fn replaces_only_its_own(pack: &Pack, store: &Path) -> Result<()> {
    // A snapshot that cannot be read is no loss.
    let Ok(manifest) = read_manifest(store) else { return Ok(()) };
    let old = &manifest.pack;
    let folder = pack.path();
    let same_place = is_of(old, folder.as_deref(), store);
    let same_name = old.name == pack.descriptor.name;
    if same_place && same_name {
        return Ok(());
    }
    let folder = folder.map(|folder| folder.display().to_string());
    let new = shown(&PackOrigin { folder, ..PackOrigin::default() });
    if !same_place {
        return Err(other_pack(old, &new, store));
    }
    let (old, now, store) = (&old.name, &pack.descriptor.name, store.display());
    Err(refused(format!("the snapshot in `{store}` is of the pack `{old}`, but the pack in {new} is called `{now}`")))
}

/// Refuses to replace the snapshot of a pack or of other files.
///
/// # Errors
///
/// `other-pack`.
pub fn replaces_only_of_data(files: &[PathBuf], store: &Path) -> Result<()> {
    let Ok(manifest) = read_manifest(store) else { return Ok(()) };
    let data = files.iter().map(|file| file.display().to_string()).collect();
    let new = FailedBuild { data, ..FailedBuild::default() }.origin();
    if is_same(&manifest.pack, &new, store) {
        return Ok(());
    }
    Err(other_pack(&manifest.pack, &shown(&new), store))
}

fn other_pack(old: &PackOrigin, new: &str, store: &Path) -> Error {
    refused(format!("the snapshot in `{}` is of {}, not of {new}", store.display(), shown(old)))
}

fn refused(message: String) -> Error {
    let hint = "add `--replace` to replace it, or keep both with `--store DIR`".to_owned();
    Error::invalid(Finding::error(codes::OTHER_PACK, message).hint(hint))
}

/// Whether two builds are of the same folder or of the same files.
fn is_same(origin: &PackOrigin, other: &PackOrigin, store: &Path) -> bool {
    let paths = |origin: &PackOrigin| origin.data.iter().map(|file| file.path.clone()).collect::<Vec<_>>();
    match other.data.is_empty() {
        true => is_of(origin, other.folder.as_deref().map(Path::new), store),
        false => paths(origin) == paths(other),
    }
}

/// Whether a snapshot's pack is the one in `folder`; `None` is the pack inside the program.
fn is_of(origin: &PackOrigin, folder: Option<&Path>, store: &Path) -> bool {
    let (Some(given), Some(folder)) = (&origin.folder, folder) else {
        return origin.folder.is_none() && folder.is_none() && origin.data.is_empty();
    };
    if Path::new(given) == folder {
        return true;
    }
    let real = folder.canonicalize().ok();
    let places = [PathBuf::from(given), beside(store, given)];
    real.is_some() && places.into_iter().any(|place| place.canonicalize().ok() == real)
}

/// A pack's folder or the files of data, for messages.
fn shown(origin: &PackOrigin) -> String {
    let files: Vec<String> = origin.data.iter().map(|file| format!("`{}`", file.path)).collect();
    match &origin.folder {
        Some(folder) => format!("`{folder}`"),
        None if files.is_empty() => "the pack inside the program".to_owned(),
        None => files.join(", "),
    }
}
