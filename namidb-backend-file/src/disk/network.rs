//! Telling file systems of a network from those of a disk.

use super::Answer;
use std::os::fd::AsFd;

/// File systems that are not a disk of this machine: their locks may hold for one machine only, a rename that was
/// sent twice fails the second time, and a sync promises what their server promises.
#[cfg(target_os = "linux")]
const NETWORK: [(u32, &str); 18] = [
    (0x6969, "NFS"),
    (0x517B, "SMB"),
    (0xFF53_4D42, "CIFS"),
    (0xFE53_4D42, "SMB2"),
    (0x6573_5546, "FUSE"),
    (0x0102_1997, "9P"),
    (0x5346_414F, "AFS"),
    (0x6B41_4653, "kAFS"),
    (0x7375_7245, "Coda"),
    (0x564C, "NCP"),
    (0x00C3_6400, "Ceph"),
    (0x0BD0_0BD0, "Lustre"),
    (0x4750_4653, "GPFS"),
    (0x1983_0326, "BeeGFS"),
    (0x2003_0528, "OrangeFS"),
    (0x0116_1970, "GFS2"),
    (0x7461_636F, "OCFS2"),
    (0x786F_4256, "vboxsf"),
];

/// The name of the network file system that a directory is on, if it is on one.
#[cfg(target_os = "linux")]
pub(super) fn network_file_system(directory: impl AsFd) -> Answer<Option<&'static str>> {
    // The magic numbers are 32 bits wide, whatever the word that carries them.
    Ok(name_of(rustix::fs::fstatfs(directory)?.f_type as u32))
}

#[cfg(target_os = "linux")]
fn name_of(magic: u32) -> Option<&'static str> {
    NETWORK.iter().find(|(number, _)| *number == magic).map(|(_, name)| *name)
}

/// Elsewhere nothing is known.
#[cfg(not(target_os = "linux"))]
pub(super) fn network_file_system(_directory: impl AsFd) -> Answer<Option<&'static str>> {
    Ok(None)
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;

    #[test]
    fn network_file_systems_are_told_from_those_of_a_disk() {
        const EXT4: u32 = 0xEF53;
        const TMPFS: u32 = 0x0102_1994;
        const OVERLAY: u32 = 0x794C_7630;
        assert_eq!(
            [0x6969, 0xFF53_4D42, 0x6573_5546].map(name_of),
            [Some("NFS"), Some("CIFS"), Some("FUSE")]
        );
        assert_eq!([EXT4, TMPFS, OVERLAY].map(name_of), [None; 3]);
        let proc = std::fs::File::open("/proc").unwrap();
        assert_eq!(network_file_system(proc), Ok(None));
    }
}
