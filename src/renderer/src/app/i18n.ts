import i18next from 'i18next';
import { initReactI18next } from 'react-i18next';
import { texts as connection } from '../api/texts.en.ts';
import { texts as annotation } from '../features/annotation/texts.en.ts';
import { texts as importing } from '../features/importing/texts.en.ts';
import { texts as library } from '../features/library/texts.en.ts';
import { texts as models } from '../features/models/texts.en.ts';
import { texts as review } from '../features/review/texts.en.ts';
import { texts as settings } from '../features/settings/texts.en.ts';
import { texts as shell } from '../features/shell/texts.en.ts';
import { texts as common } from './texts.en.ts';

/** Every text of the page: what several features say, and each feature's own under its name. */
const english = { ...common, annotation, connection, importing, library, models, review, settings, shell } as const;

declare module 'i18next' {
  interface CustomTypeOptions {
    resources: { translation: typeof english };
  }
}

/** Makes the texts available to every component. Resolved at once: they are part of the page. */
export function startTexts(): void {
  void i18next.use(initReactI18next).init({
    lng: 'en',
    resources: { en: { translation: english } },
    // React escapes what it writes.
    interpolation: { escapeValue: false },
  });
}
