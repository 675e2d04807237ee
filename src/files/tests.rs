use super::*;

#[test]
fn text_is_read_as_its_byte_order_mark_says_and_never_beyond_the_bound() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("说明.txt");
    let utf16 = |big: bool| {
        let bytes = |unit: u16| if big { unit.to_be_bytes() } else { unit.to_le_bytes() };
        "\u{feff}甲a".encode_utf16().flat_map(bytes).collect::<Vec<u8>>()
    };
    for bytes in ["甲a".as_bytes().to_vec(), "\u{feff}甲a".as_bytes().to_vec(), utf16(true), utf16(false)] {
        fs::write(&path, &bytes).unwrap();
        assert_eq!(read_text(&path, 10).unwrap(), "甲a", "{bytes:?}");
        let error = read_text(&path, bytes.len() as u64 - 1).unwrap_err();
        assert_eq!(Unfit::of(&error), Some(Unfit::TooLong { limit: bytes.len() as u64 - 1 }));
    }
    fs::write(&path, [0xc3, 0x28]).unwrap();
    assert_eq!(read_text(&path, 10).unwrap_err().kind(), io::ErrorKind::InvalidData);
}

#[test]
fn a_folder_is_no_file_and_a_file_no_folder() {
    let folder = tempfile::tempdir().unwrap();
    assert_eq!(Unfit::of(&open(folder.path()).unwrap_err()), Some(Unfit::Kind));
    fs::write(folder.path().join("甲"), b"").unwrap();
    let error = make_folder(folder.path(), &folder.path().join("甲/乙")).unwrap_err();
    assert_eq!(Unfit::of(&error), Some(Unfit::Kind));
}

#[cfg(unix)]
mod unix {
    use std::os::unix::fs::{PermissionsExt as _, symlink};

    use super::super::*;

    fn mode(path: &Path) -> u32 {
        fs::metadata(path).unwrap().permissions().mode() & 0o777
    }

    #[test]
    fn pipes_devices_and_sockets_are_not_opened() {
        let folder = tempfile::tempdir().unwrap();
        let pipe = folder.path().join("管道");
        assert!(std::process::Command::new("mkfifo").arg(&pipe).status().unwrap().success());
        let socket = folder.path().join("套接字");
        let _listening = std::os::unix::net::UnixListener::bind(&socket).unwrap();
        for path in [&pipe, &socket, Path::new("/dev/zero")] {
            for error in [open(path).unwrap_err(), open_own(path).unwrap_err(), write_own(path).unwrap_err()] {
                assert_eq!(Unfit::of(&error), Some(Unfit::Kind), "{path:?}");
            }
        }
        assert_eq!(below(folder.path()).unwrap(), [(socket, Found::Other), (pipe, Found::Other)]);
    }

    #[test]
    fn what_is_ours_is_not_reached_through_a_link() {
        let (ours, other) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let target = other.path().join("甲");
        fs::write(&target, b"there").unwrap();
        let link = ours.path().join("甲");
        symlink(&target, &link).unwrap();
        for error in [open_own(&link).unwrap_err(), write_own(&link).unwrap_err()] {
            assert_eq!(Unfit::of(&error), Some(Unfit::Link));
        }
        assert_eq!(read(&link, 9).unwrap(), b"there", "one somebody names is followed");
        let folder = ours.path().join("乙");
        symlink(other.path(), &folder).unwrap();
        let error = make_folder(ours.path(), &folder.join("丙/丁")).unwrap_err();
        assert_eq!(Unfit::of(&error), Some(Unfit::Link));
        assert_eq!(fs::read_dir(other.path()).unwrap().count(), 1, "a folder was made behind the link");
        assert_eq!(link_on_the_way(ours.path(), &folder.join("丙")).unwrap(), Some(folder.clone()));
        assert_eq!(link_on_the_way(&folder, &folder.join("甲")).unwrap(), None, "the root may be a link");
        let mut found = below(ours.path()).unwrap();
        found.sort_by_key(|(path, _)| path.clone());
        assert_eq!(found.iter().map(|(_, kind)| *kind).collect::<Vec<_>>(), [Found::Link, Found::Link]);
    }

    #[test]
    fn what_is_made_is_its_owners_alone() {
        let root = tempfile::tempdir().unwrap();
        make_folder(root.path(), &root.path().join("甲/乙")).unwrap();
        drop(write_own(&root.path().join("甲/锁")).unwrap());
        drop(create_new(&root.path().join("甲/新")).unwrap());
        for (name, wanted) in [("甲", 0o700), ("甲/乙", 0o700), ("甲/锁", 0o600), ("甲/新", 0o600)] {
            assert_eq!(mode(&root.path().join(name)), wanted, "{name}");
        }
        let file = root.path().join("甲/新");
        fs::set_permissions(&file, fs::Permissions::from_mode(0o644)).unwrap();
        assert!(make_private(&file).unwrap() && !make_private(&file).unwrap());
        assert_eq!(mode(&file), 0o600);
    }
}
