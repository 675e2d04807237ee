//! Whether a workspace lies on a network share. SQLite's write-ahead log needs memory shared by all who have the
//! database open, which no share gives; a share without it is told from the path or from the table of mounts.

use std::path::Path;

use crate::app::error::AppError;
use crate::rules::trust::disk::DiskRules;

/// Refuses a folder on a network share.
///
/// # Errors
/// [`AppError::NetworkShare`] with the share's kind. What cannot be found out is let pass: opening the database notices
/// a disk without write-ahead logging too.
pub fn refuse_network(folder: &Path, rules: &DiskRules) -> Result<(), AppError> {
    let Ok(whole) = folder.canonicalize() else { return Ok(()) };
    let text = whole.to_string_lossy();
    let kind = if cfg!(windows) {
        // A drive letter of a share, too, is led back to `\\server\share`.
        is_share(&text).then(|| "SMB".to_string())
    } else if let Ok(mounts) = std::fs::read_to_string("/proc/self/mountinfo") {
        kind_in_mountinfo(&mounts, &text, rules)
    } else {
        let listed = std::process::Command::new("/sbin/mount").output().ok();
        listed.and_then(|o| kind_in_mount_list(&String::from_utf8_lossy(&o.stdout), &text, rules))
    };
    match kind {
        Some(kind) => Err(AppError::NetworkShare { path: folder.to_path_buf(), kind }),
        None => Ok(()),
    }
}

/// Whether a Windows path leads to another machine: `\\server\share\…` or `\\?\UNC\server\share\…`.
fn is_share(path: &str) -> bool {
    match path.strip_prefix(r"\\") {
        Some(rest) => match rest.strip_prefix(r"?\") {
            Some(verbatim) => verbatim.get(..4).is_some_and(|start| start.eq_ignore_ascii_case(r"UNC\")),
            None => !rest.starts_with(r".\"),
        },
        None => false,
    }
}

/// The type of the file system `path` lies on, if it is a network's, from the text of `/proc/self/mountinfo`.
fn kind_in_mountinfo(mounts: &str, path: &str, rules: &DiskRules) -> Option<String> {
    // 36 35 98:0 /mnt1 /mnt2 rw,noatime master:1 - ext3 /dev/root rw,errors=continue
    let parsed = mounts.lines().filter_map(|line| {
        let (place, disk) = line.split_once(" - ")?;
        let place = unescape(place.split(' ').nth(4)?);
        let mut disk = disk.splitn(3, ' ');
        Some((place, disk.next()?.to_string(), disk.nth(1).unwrap_or_default().to_string()))
    });
    let (_, kind, options) = nearest(parsed, path, |(place, ..)| place)?;
    let shared_9p = kind == "9p" && rules.network_9p.iter().any(|o| options.contains(o.as_str()));
    (shared_9p || rules.network.contains(&kind)).then_some(kind)
}

/// The same from what macOS's `mount` prints: `//user@server/share on /Volumes/share (smbfs, nodev, nosuid)`.
fn kind_in_mount_list(mounts: &str, path: &str, rules: &DiskRules) -> Option<String> {
    let parsed = mounts.lines().filter_map(|line| {
        let (rest, options) = line.strip_suffix(')')?.rsplit_once(" (")?;
        let (_, place) = rest.split_once(" on ")?;
        Some((place.to_string(), options.split(',').next()?.trim().to_string()))
    });
    let (_, kind) = nearest(parsed, path, |(place, _)| place)?;
    rules.network.contains(&kind).then_some(kind)
}

/// The mount a path lies on: the longest that holds it, of two at one place the later, which hides the earlier.
fn nearest<T>(mounts: impl Iterator<Item = T>, path: &str, place: impl Fn(&T) -> &String) -> Option<T> {
    mounts.filter(|m| Path::new(path).starts_with(place(m))).max_by_key(|m| place(m).len())
}

/// The kernel writes blanks, tabs, line ends and backslashes of a path as three octal digits.
fn unescape(text: &str) -> String {
    [("\\040", " "), ("\\011", "\t"), ("\\012", "\n"), ("\\134", "\\")]
        .iter()
        .fold(text.to_string(), |text, (octal, plain)| text.replace(octal, plain))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::Rules;

    /// Lines as kernels write them.
    const MOUNTS: &str = "\
22 1 254:0 / / rw,relatime shared:1 - ext4 /dev/vda rw,discard
23 22 0:21 / /proc rw,nosuid shared:2 - proc proc rw
40 22 0:42 / /mnt/共享\\040盘 rw,relatime shared:20 - cifs //10.1.2.3/gongxiang rw,vers=3.1.1,username=u
41 22 0:43 / /home/nfs rw,relatime - nfs4 nas:/export/home rw,vers=4.2,hard
42 41 254:16 / /home/nfs/local rw,relatime - xfs /dev/vdb rw
43 22 0:44 / /mnt/c rw,noatime - 9p C:\\134 rw,dirsync,aname=drvfs;path=C:\\;uid=1000,trans=fd,rfd=5,wfd=5
44 22 0:45 / /home/u/remote rw,nosuid,nodev - fuse.sshfs u@host:/ rw,user_id=1000
45 22 0:46 / /data rw,nosuid - fuseblk /dev/sdb1 rw,user_id=0
46 22 0:47 / /over rw - cifs //server/a rw
47 22 254:32 / /over rw - ext4 /dev/vdc rw";

    fn on_linux(path: &str) -> Option<String> {
        kind_in_mountinfo(MOUNTS, path, &Rules::load(None).unwrap().disk)
    }

    #[test]
    fn shares_are_known_by_the_type_of_their_file_system() {
        assert_eq!(on_linux("/mnt/共享 盘/工作区").as_deref(), Some("cifs"));
        assert_eq!(on_linux("/home/nfs/u/工作区").as_deref(), Some("nfs4"));
        assert_eq!(on_linux("/home/u/remote/工作区").as_deref(), Some("fuse.sshfs"));
        assert_eq!(on_linux("/mnt/c/Users/u/工作区").as_deref(), Some("9p"));
    }

    #[test]
    fn local_disks_pass_also_below_a_share_or_beside_one_of_a_similar_name() {
        for path in ["/home/u/工作区", "/home/nfs/local/工作区", "/home/nfs2/工作区", "/data/工作区", "/over/工作区"]
        {
            assert_eq!(on_linux(path), None, "{path}");
        }
    }

    #[test]
    fn the_root_of_a_container_is_no_share() {
        let rules = Rules::load(None).unwrap().disk;
        let root =
            "1 0 0:1 / / rw - 9p none rw,trans=fd,rfdno=4,wfdno=4,aname=/,dfltuid=4294967294,cache=remote_revalidating";
        assert_eq!(kind_in_mountinfo(root, "/work", &rules), None);
        let shared =
            "1 0 0:1 / / rw - ext4 /dev/vda rw\n2 1 0:2 / /host rw - 9p hostshare rw,trans=virtio,version=9p2000.L";
        assert_eq!(kind_in_mountinfo(shared, "/host/work", &rules).as_deref(), Some("9p"));
    }

    #[test]
    fn shares_are_known_on_macos() {
        let rules = Rules::load(None).unwrap().disk;
        let mounts = "\
/dev/disk3s1s1 on / (apfs, sealed, local, read-only, journaled)
/dev/disk3s5 on /System/Volumes/Data (apfs, local, journaled, nobrowse)
//u@nas._smb._tcp.local/share on /Volumes/share (smbfs, nodev, nosuid, mounted by u)
nas:/export on /Volumes/a on b (nfs, nodev)";
        assert_eq!(kind_in_mount_list(mounts, "/Volumes/share/工作区", &rules).as_deref(), Some("smbfs"));
        assert_eq!(kind_in_mount_list(mounts, "/Volumes/a on b/工作区", &rules).as_deref(), Some("nfs"));
        assert_eq!(kind_in_mount_list(mounts, "/Users/u/工作区", &rules), None);
    }

    #[test]
    fn shares_are_known_on_windows_by_where_the_path_leads() {
        for share in [r"\\server\share\工作区", r"\\?\UNC\server\share\工作区", r"\\?\unc\server\share"] {
            assert!(is_share(share), "{share}");
        }
        for local in [r"C:\工作区", r"\\?\D:\工作区", r"\\.\C:\x", r"D:工作区", r"\工作区"] {
            assert!(!is_share(local), "{local}");
        }
    }
}
