/** What the program is made of. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import type { About, LibraryLicence } from '../../../shared/contract/app/program.ts';

const programSchema = z.object({ version: z.string(), dependencies: z.record(z.string(), z.string()) });
const librarySchema = z.object({ name: z.string(), version: z.string(), license: z.string() });

/** Parts that npm does not bring, with the licences that their makers give them. */
const OTHER_PARTS: readonly LibraryLicence[] = [
  { name: 'libtensorflow', version: '2.18.0', licence: 'Apache-2.0' },
  { name: 'Inter (typeface)', version: '4', licence: 'OFL-1.1' },
  { name: 'demonstration images (ISIC 2017)', version: '98 images', licence: 'CC0-1.0' },
  { name: 'bundled models', version: 'see their cards', licence: 'CC-BY-NC-4.0' },
];

/**
 * @param appFolder holds package.json and node_modules
 * @param runtime versions of what the host runs on
 */
export function readAbout(appFolder: string, runtime: Readonly<Record<string, string>>): About {
  const { version, dependencies } = programSchema.parse(readJson(join(appFolder, 'package.json')));
  const libraries = Object.keys(dependencies).map((name) => {
    const library = librarySchema.parse(readJson(join(appFolder, 'node_modules', name, 'package.json')));
    return { name: library.name, version: library.version, licence: library.license };
  });
  return { version, runtime, licences: [...libraries, ...OTHER_PARTS] };
}

const readJson = (file: string): unknown => JSON.parse(readFileSync(file, 'utf8'));
