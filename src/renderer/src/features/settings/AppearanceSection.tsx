import { NativeSelect, SegmentedControl, Text } from '@mantine/core';
import { type ReactNode, useId } from 'react';
import { useTranslation } from 'react-i18next';
import { LANGUAGES, type Settings, settingsSchema } from '../../../../shared/contract/app/program.ts';
import { FailureDialog } from '../../components/FailureDialog.tsx';
import { useSetting } from './useSetting.ts';
import classes from './settings.module.css';

const THEMES = settingsSchema.shape.theme.options;
const DENSITIES = settingsSchema.shape.density.options;

/** Theme, density and language. */
export function AppearanceSection() {
  const { t } = useTranslation();
  const { settings, change, error, forgetError } = useSetting();
  return (
    <div className={classes['rows']}>
      <Row label={t('settings.theme.label')} explained={t('settings.theme.explained')}>
        {(labelId) => (
          <SegmentedControl
            aria-labelledby={labelId}
            data={THEMES.map((value) => ({ value, label: t(`settings.theme.${value}`) }))}
            value={settings.theme}
            onChange={(theme: Settings['theme']) => {
              change({ theme });
            }}
          />
        )}
      </Row>
      <Row label={t('settings.density.label')} explained={t('settings.density.explained')}>
        {(labelId) => (
          <SegmentedControl
            aria-labelledby={labelId}
            data={DENSITIES.map((value) => ({ value, label: t(`settings.density.${value}`) }))}
            value={settings.density}
            onChange={(density: Settings['density']) => {
              change({ density });
            }}
          />
        )}
      </Row>
      <Row label={t('settings.language.label')} explained={t('settings.language.explained')}>
        {(labelId) => (
          <NativeSelect
            aria-labelledby={labelId}
            data={LANGUAGES.map((value) => ({ value, label: t(`settings.language.${value}`) }))}
            value={settings.language}
            onChange={(event) => {
              const language = LANGUAGES.find((each) => each === event.currentTarget.value);
              if (language !== undefined) change({ language });
            }}
          />
        )}
      </Row>
      <FailureDialog title={t('settings.notSaved')} error={error} onClose={forgetError} />
    </div>
  );
}

interface RowProps {
  readonly label: string;
  readonly explained: string;
  readonly children: (labelId: string) => ReactNode;
}

function Row({ label, explained, children }: RowProps) {
  const labelId = useId();
  return (
    <>
      <div>
        <Text id={labelId} fw={600} c="var(--epsiloscope-strong)">
          {label}
        </Text>
        <Text c="dimmed">{explained}</Text>
      </div>
      {children(labelId)}
    </>
  );
}
