import { Button, NativeSelect, Stack, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { type ImportPreview, UPLOAD_LIMITS } from '../../../../shared/contract/app/importing.ts';
import { isMalignantDiagnosis, MALIGNANT_FIRST } from '../../../../shared/domain/diagnosis.ts';
import { Refusal } from '../../components/Failure.tsx';
import { Counts } from './Counts.tsx';
import type { LeftOut } from './namedFiles.ts';
import { RefusedRows } from './RefusedRows.tsx';
import type { Chosen } from './steps.ts';
import classes from './importing.module.css';

interface PreviewStepProps {
  readonly chosen: Chosen;
  readonly preview: ImportPreview;
  readonly error: Error | null;
  readonly busy: boolean;
  readonly onLabels: (labels: string) => void;
  readonly onBegin: () => void;
  readonly onBack: () => void;
}

/** What would be imported, before anything is. */
export function PreviewStep({ chosen, preview, error, busy, onLabels, onBegin, onBack }: PreviewStepProps) {
  const { t } = useTranslation();
  const { origin, leftOut } = chosen;
  const name = origin.kind === 'folder' ? origin.label : t('importing.preview.files', { count: origin.count });
  return (
    <Stack gap="md" aria-busy={busy}>
      <Text c="var(--epsiloscope-strong)" fw={600}>
        {t('importing.preview.from', { name })}
      </Text>
      <Labels preview={preview} busy={busy} onLabels={onLabels} />
      <div className={classes['columns']}>
        <Stack gap="sm">
          <Counts
            counts={[
              [t('importing.preview.images'), preview.images],
              ...(preview.dialect === 'none' ? [] : ([[t('importing.preview.rows'), preview.rows]] as const)),
              [t('importing.preview.refused'), preview.refused.length],
              ...(preview.unnamedFiles === 0
                ? []
                : ([[t('importing.preview.unnamed'), preview.unnamedFiles]] as const)),
            ]}
          />
          <LeftOutLines leftOut={leftOut} />
          {preview.firstImages.length > 0 && (
            <Text size="sm" c="dimmed" className={classes['names'] ?? ''}>
              {t('importing.preview.first', { names: preview.firstImages.join(', ') })}
            </Text>
          )}
        </Stack>
        <PerDiagnosis preview={preview} />
      </div>
      <RefusedRows refused={preview.refused} />
      {error !== null && (
        <Stack gap={4} role="alert">
          <Refusal error={error} />
        </Stack>
      )}
      <div className={classes['ways']}>
        <Button variant="default" onClick={onBack}>
          {t('importing.preview.back')}
        </Button>
        <Button data-autofocus loading={busy} disabled={preview.images === 0} onClick={onBegin}>
          {t('importing.preview.begin', { count: preview.images })}
        </Button>
      </div>
    </Stack>
  );
}

function Labels({ preview, busy, onLabels }: Pick<PreviewStepProps, 'preview' | 'busy' | 'onLabels'>) {
  const { t } = useTranslation();
  const { labelFiles, dialect } = preview;
  const words = t(`importing.preview.dialect.${dialect}`);
  if (labelFiles.length === 0) return <Text c="dimmed">{words}</Text>;
  return (
    <NativeSelect
      label={t('importing.preview.table')}
      description={words}
      disabled={busy}
      value={labelFiles[0] ?? ''}
      data={[...labelFiles].sort()}
      onChange={(event) => {
        onLabels(event.currentTarget.value);
      }}
    />
  );
}

function LeftOutLines({ leftOut: { tooLarge, otherKinds, unread } }: { leftOut: LeftOut }) {
  const { t } = useTranslation();
  const limit = UPLOAD_LIMITS.bytesPerFile / 1024 ** 2;
  const lines = [
    ...(tooLarge === 0 ? [] : [t('importing.preview.tooLarge', { count: tooLarge, limit })]),
    ...(otherKinds === 0 ? [] : [t('importing.preview.otherKinds', { count: otherKinds })]),
    ...(unread === 0 ? [] : [t('importing.preview.unread', { count: unread })]),
  ];
  return lines.map((line) => (
    <Text key={line} size="sm" c="dimmed">
      {line}
    </Text>
  ));
}

function PerDiagnosis({ preview: { perDiagnosis, unlabelled } }: Pick<PreviewStepProps, 'preview'>) {
  const { t } = useTranslation();
  return (
    <table className={classes['diagnoses']}>
      <thead>
        <tr>
          <th scope="col">{t('importing.preview.diagnosis')}</th>
          <th scope="col">{t('importing.preview.count')}</th>
        </tr>
      </thead>
      <tbody>
        {MALIGNANT_FIRST.filter((dx) => perDiagnosis[dx] > 0).map((dx) => (
          <tr key={dx}>
            <th scope="row">
              {t(`diagnosis.${dx}`)}
              {isMalignantDiagnosis(dx) && (
                <abbr className={classes['malignant']} title={t('malignant')}>
                  {t('malignantMark')}
                </abbr>
              )}
            </th>
            <td>{perDiagnosis[dx]}</td>
          </tr>
        ))}
        {unlabelled > 0 && (
          <tr>
            <th scope="row">{t('importing.preview.unlabelled')}</th>
            <td>{unlabelled}</td>
          </tr>
        )}
      </tbody>
    </table>
  );
}
