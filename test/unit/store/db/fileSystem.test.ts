import { describe, expect, it } from 'vitest';
import { fileSystemFromMounts, refuseNetworkDrive } from '../../../../src/main/store/db/fileSystem.ts';

const MOUNTS = [
  '22 1 254:0 / / rw,relatime shared:1 - ext4 /dev/vda rw',
  '30 22 0:30 / /mnt/clinic rw,relatime shared:2 master:1 - nfs4 server:/export rw',
  '31 30 8:1 / /mnt/clinic/local rw - xfs /dev/sdb1 rw',
  '32 22 0:31 / /mnt/lab\\040share rw - fuse.sshfs lab:/ rw',
  '33 22 0:32 / /mnt/lab rw - tmpfs tmpfs rw',
  '34 22 0:33 / /mnt/lab rw - cifs //server/lab rw',
  '',
].join('\n');

describe('the file system that holds a folder', () => {
  it.each([
    ['/home/reviewer', 'ext4'],
    ['/mnt/clinic', 'nfs4'],
    ['/mnt/clinic/audits', 'nfs4'],
    ['/mnt/clinical', 'ext4'],
    ['/mnt/clinic/local/audits', 'xfs'],
    ['/mnt/lab share/audits', 'fuse.sshfs'],
    ['/mnt/lab/audits', 'cifs'],
  ])('%s lies on %s', (path, kind) => {
    expect(fileSystemFromMounts(MOUNTS, path)).toBe(kind);
  });

  it.each(['nfs', 'nfs4', 'cifs', 'smb3', 'smbfs', 'fuse.sshfs', 'fuse.rclone', '9p', 'ceph', 'davfs'])(
    'is refused if it is %s',
    (kind) => {
      expect(() => {
        refuseNetworkDrive('/any', () => kind);
      }).toThrow(expect.objectContaining({ code: 'WORKSPACE_ON_NETWORK_DRIVE', kind: 'badInput' }) as Error);
    },
  );

  it.each(['ext4', 'xfs', 'btrfs', 'tmpfs', 'overlay', 'fuseblk', 'fuse.gocryptfs', null])(
    'is accepted if it is %s',
    (kind) => {
      expect(() => {
        refuseNetworkDrive('/any', () => kind);
      }).not.toThrow();
    },
  );
});
