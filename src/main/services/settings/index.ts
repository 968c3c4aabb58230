/** What a person set for the program on this machine; in no workspace. */
import { existsSync, mkdirSync, readFileSync, renameSync } from 'node:fs';
import { dirname } from 'node:path';
import writeFileAtomic from 'write-file-atomic';
import { DEFAULT_SETTINGS, settingsSchema, type Settings } from '../../../shared/contract/app/program.ts';
import type { Clock } from '../../../shared/kernel/clock.ts';

export class SettingsFile {
  readonly #file: string;
  readonly #clock: Clock;

  /** @param file path of the JSON file; it need not be there */
  constructor(file: string, clock: Clock) {
    this.#file = file;
    this.#clock = clock;
  }

  /** The stored settings; the defaults where there are none. A file that cannot be understood is set aside beside itself. */
  read(): Settings {
    if (!existsSync(this.#file)) return DEFAULT_SETTINGS;
    try {
      return settingsSchema.parse(JSON.parse(readFileSync(this.#file, 'utf8')));
    } catch {
      renameSync(this.#file, `${this.#file}.unreadable-${this.#clock.now().replaceAll(':', '-')}`);
      return DEFAULT_SETTINGS;
    }
  }

  /** Replaces them as a whole; a kill leaves the old or the new ones. */
  async save(settings: Settings): Promise<Settings> {
    mkdirSync(dirname(this.#file), { recursive: true, mode: 0o700 });
    await writeFileAtomic(this.#file, `${JSON.stringify(settings, null, 2)}\n`, { mode: 0o600 });
    return settings;
  }
}
