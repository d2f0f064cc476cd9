import { spawnSync } from 'node:child_process';
import { chmodSync, chownSync, existsSync, lstatSync, mkdirSync, readlinkSync, realpathSync } from 'node:fs';
import { statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** What a program of the base image needs, and a container engine would take from there, comes from this machine. */
const SYSTEM_FOLDERS = ['usr', 'bin', 'sbin', 'lib', 'lib32', 'lib64', 'etc'];
const DEVICES = ['null', 'zero', 'random', 'urandom'];
const IMAGE_PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/** Puts the pieces together in a mount namespace of its own: nothing of it is seen outside or left behind. */
const ENTER = `
set -e
root=$1 volume=$2 data=$3 node=$4; shift 4
mount --bind "$root" "$root"
for folder in ${SYSTEM_FOLDERS.join(' ')}; do
  if [ -d "$root/$folder" ] && [ ! -L "$root/$folder" ]; then
    mount --bind "/$folder" "$root/$folder"
    mount -o remount,bind,ro "$root/$folder"
  fi
done
mount -t tmpfs tmpfs "$root/usr/local"
mkdir "$root/usr/local/bin"
touch "$root/usr/local/bin/node"
mount --bind "$node" "$root/usr/local/bin/node"
mount -o remount,ro "$root/usr/local"
for device in ${DEVICES.join(' ')}; do mount --bind "/dev/$device" "$root/dev/$device"; done
mount --bind /proc "$root/proc"
if [ -n "$data" ]; then
  mount --bind "$volume" "$root$data"
  mount -o remount,bind,ro "$root"
fi
exec chroot "$root" "$@"
`;

/**
 * Runs commands as a container would: the root file system read-only, one writable volume, an unprivileged user without
 * capabilities. As root on Linux that is what happens, under the image's own paths. Elsewhere the tree is
 * write-protected by its mode and the paths are mapped, and `missing` says what was not so.
 */
export class Sandbox {
  missing = [];
  #root;
  #volume;
  #image;
  #isRoot = process.getuid?.() === 0;
  #real;

  constructor({ root, volume }) {
    this.#root = root;
    this.#volume = volume;
    this.#real = this.#isRoot && succeeds('unshare', '--mount', 'true') && succeeds('setpriv', '--version');
    if (this.#real) makeMountPoints(root);
    else this.missing.push('the root file system was not mounted read-only; its files were write-protected');
    if (!this.#isRoot) this.missing.push('the service ran as the user who ran this, not as one of its own');
  }

  /** Runs a RUN line of the image itself: as root, writable. Gives the reason where it can't. */
  async build(line, children) {
    if (!this.#real) return 'it names paths of the image';
    await children.run(...this.#enter('', ['sh', '-c', line]));
    return undefined;
  }

  /** Called when the image is whole: gives the volume what the image has there, as an engine does with a new one. */
  finish(image) {
    this.#image = image;
    const inImage = join(this.#root, image.volume);
    mkdirSync(inImage, { recursive: true });
    mkdirSync(this.#volume);
    if (this.#isRoot) {
      const { uid, gid, mode } = this.#real ? statSync(inImage) : { ...this.#ids(), mode: 0o700 };
      chownSync(this.#volume, uid, gid);
      chmodSync(this.#volume, mode & 0o7777);
    }
    if (!this.#real) spawnSync('chmod', ['-R', 'a-w', join(this.#root, image.workdir)]);
  }

  /** How to spawn `argv` as the image's user, with its environment and `more`: `[command, args, options]`. */
  inside(argv, more = {}) {
    const { env, workdir, volume } = this.#image;
    const whole = { ...env, ...more };
    if (this.#real) {
      const variables = Object.entries({ PATH: IMAGE_PATH, ...whole }).map(([name, value]) => `${name}=${value}`);
      return this.#enter(volume, [...this.#asUser(), 'env', '-C', workdir, '-i', ...variables, ...argv]);
    }
    const here = Object.entries(whole).map(([name, value]) => [name, this.#mapped(value)]);
    const [command, ...args] = [...this.#asUser(), ...argv.map((word) => this.#mapped(word))];
    const options = { cwd: join(this.#root, workdir), env: { PATH: process.env.PATH, ...Object.fromEntries(here) } };
    return [command, args, options];
  }

  #enter(data, argv) {
    const script = ['sh', '-c', ENTER, 'sh', this.#root, this.#volume, data, realpathSync(process.execPath)];
    return ['unshare', ['--mount', '--propagation', 'private', ...script, ...argv], {}];
  }

  #asUser() {
    if (!this.#isRoot) return [];
    const { uid, gid } = this.#ids();
    const ids = [`--reuid=${uid}`, `--regid=${gid}`, '--clear-groups'];
    return ['setpriv', ...ids, '--no-new-privs', '--bounding-set=-all', '--inh-caps=-all'];
  }

  #ids() {
    const [uid, gid] = this.#image.user.split(':').map(Number);
    return { uid, gid };
  }

  #mapped(text) {
    return text.replaceAll(new RegExp(`(?<![\\w.-])${this.#image.volume}\\b`, 'g'), this.#volume);
  }
}

function makeMountPoints(root) {
  for (const folder of SYSTEM_FOLDERS.filter((name) => existsSync(`/${name}`))) {
    if (lstatSync(`/${folder}`).isSymbolicLink()) symlinkSync(readlinkSync(`/${folder}`), join(root, folder));
    else mkdirSync(join(root, folder));
  }
  for (const folder of ['dev', 'proc', 'tmp']) mkdirSync(join(root, folder));
  chmodSync(join(root, 'tmp'), 0o1777);
  for (const device of DEVICES) writeFileSync(join(root, 'dev', device), '');
}

function succeeds(command, ...args) {
  return spawnSync(command, args, { stdio: 'ignore' }).status === 0;
}
