import { existsSync, readFileSync, realpathSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { badInput } from '../../../shared/kernel/errors.ts';

/** Says which kind of file system holds a folder, in the kernel's word (`ext4`, `nfs4`), or null if it cannot be told. */
export type FileSystemProbe = (folder: string) => string | null;

/**
 * File systems on which SQLite's WAL is unsafe, since machines do not share its memory-mapped index and locks
 * may not hold (sqlite.org/wal.html, "All processes using a database must be on the same host computer").
 */
const NETWORK_FILE_SYSTEM =
  /^(nfs\d?|cifs|smb\w*|ncpfs|afs|coda|ceph|9p|vboxsf|lustre|gfs2?|gpfs|ocfs2|davfs|fuse\.(sshfs|s3fs|rclone|davfs2?|gvfsd-fuse|glusterfs|ceph|cephfs|smbnetfs|curlftpfs|gcsfuse|vmhgfs-fuse))$/;

const existingAncestor = (path: string): string => (existsSync(path) ? path : existingAncestor(dirname(path)));

const holds = (mount: string, path: string) =>
  mount === '/' || path === mount || path.startsWith(mount.endsWith('/') ? mount : `${mount}/`);

/**
 * Linux: by the mount that holds the folder (`/proc/self/mountinfo`, proc(5); names it, where statfs says only
 * "fuse"). Windows: a path that starts with `\\` is a share. What lies behind a mapped drive letter, and macOS, is not told.
 */
export const fileSystemOf: FileSystemProbe = (folder) => {
  if (process.platform === 'win32') return resolve(folder).startsWith('\\\\') ? 'smb' : null;
  if (process.platform !== 'linux') return null;
  const path = realpathSync(existingAncestor(resolve(folder)));
  return fileSystemFromMounts(readFileSync('/proc/self/mountinfo', 'utf8'), path);
};

/** The kind of the innermost mount above `path`; of mounts on one point, the last hides the others. */
export function fileSystemFromMounts(mountinfo: string, path: string): string | null {
  let found = { mount: '', kind: null as string | null };
  for (const line of mountinfo.split('\n')) {
    const [before, after] = line.split(' - ');
    const mount = before
      ?.split(' ')[4]
      ?.replace(/\\(\d{3})/g, (_, octal: string) => String.fromCharCode(parseInt(octal, 8)));
    const kind = after?.split(' ')[0];
    if (mount === undefined || kind === undefined || !holds(mount, path)) continue;
    if (mount.length >= found.mount.length) found = { mount, kind };
  }
  return found.kind;
}

/** Throws `WORKSPACE_ON_NETWORK_DRIVE` if the folder lies on a file system that loses acknowledged writes. */
export function refuseNetworkDrive(folder: string, probe: FileSystemProbe): void {
  const kind = probe(folder);
  if (kind === null || !NETWORK_FILE_SYSTEM.test(kind)) return;
  throw badInput('WORKSPACE_ON_NETWORK_DRIVE', {
    happened: `The workspace folder lies on a network drive (${kind}), where the database could lose results.`,
    kept: 'Nothing was written there.',
    toDo: 'Choose a folder on a disk of this computer; copy finished exports to the network drive.',
  });
}
