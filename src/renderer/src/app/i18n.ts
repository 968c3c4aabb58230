import i18next from 'i18next';
import { initReactI18next } from 'react-i18next';
import { texts } from './texts.en.ts';

declare module 'i18next' {
  interface CustomTypeOptions {
    resources: { translation: typeof texts };
  }
}

/** Makes the texts available to every component. Resolved at once: they are part of the page. */
export function startTexts(): void {
  void i18next.use(initReactI18next).init({
    lng: 'en',
    resources: { en: { translation: texts } },
    // React escapes what it writes.
    interpolation: { escapeValue: false },
  });
}
