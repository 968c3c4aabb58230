import { Tabs } from '@mantine/core';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { SETTINGS_SECTIONS, type SettingsSection, useNavigation } from '../../app/navigation.tsx';
import { TopBar } from '../shell/TopBar.tsx';
import { AboutSection } from './AboutSection.tsx';
import { AppearanceSection } from './AppearanceSection.tsx';
import { ShortcutsSection } from './ShortcutsSection.tsx';
import classes from './settings.module.css';

const CONTENT: Readonly<Record<SettingsSection, () => ReactNode>> = {
  appearance: AppearanceSection,
  shortcuts: ShortcutsSection,
  about: AboutSection,
};

/** How the program looks and listens, and what it is made of. */
export function SettingsView({ section }: { section: SettingsSection }) {
  const { t } = useTranslation();
  const { go } = useNavigation();
  return (
    <>
      <TopBar title={t('settings.title')} />
      <Tabs
        orientation="vertical"
        className={classes['tabs'] ?? ''}
        value={section}
        onChange={(chosen) => {
          const next = SETTINGS_SECTIONS.find((each) => each === chosen);
          if (next !== undefined) go({ view: 'settings', section: next });
        }}
      >
        <Tabs.List className={classes['list'] ?? ''} aria-label={t('settings.sections')}>
          {SETTINGS_SECTIONS.map((each) => (
            <Tabs.Tab key={each} value={each} className={classes['tab'] ?? ''}>
              {t(`settings.section.${each}`)}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        {SETTINGS_SECTIONS.map((each) => {
          const Content = CONTENT[each];
          return (
            <Tabs.Panel key={each} value={each} className={classes['panel'] ?? ''}>
              {each === section && <Content />}
            </Tabs.Panel>
          );
        })}
      </Tabs>
    </>
  );
}
