import { Popover, Stack, Text, UnstyledButton } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { ExplanationMap } from '../../../../../shared/contract/app/cases.ts';
import type { Diagnosis } from '../../../../../shared/domain/diagnosis.ts';
import { ProvenanceList } from '../ProvenanceList.tsx';
import type { ShownMap } from '../look.ts';
import type { MapState } from './useShownMap.ts';
import classes from './pictures.module.css';

interface HeatmapAboutProps {
  readonly map: ShownMap;
  readonly state: MapState;
  /** The verdict of what is shown, for maps that were not answered yet. */
  readonly verdict: Diagnosis | null;
}

/** What the heatmap is, how true it is to its own sum, how it was computed, and what it is not. */
export function HeatmapAbout({ map, state, verdict }: HeatmapAboutProps) {
  const { t } = useTranslation();
  const shown = state.kind === 'map' ? state : null;
  const explanation = shown?.explanation ?? null;
  const from = explanation?.from ?? verdict;
  const to = explanation?.to ?? null;
  return (
    <Popover width={360} position="bottom-end" trapFocus returnFocus>
      <Popover.Target>
        <UnstyledButton className={classes['link'] ?? ''} aria-label={t('review.heatmap.explain')}>
          {t('review.heatmap.explain')}
        </UnstyledButton>
      </Popover.Target>
      <Popover.Dropdown>
        <Stack gap="xs" tabIndex={-1} data-autofocus>
          <Text>
            {t(`review.heatmap.about.${map}`, {
              from: from === null ? '' : t(`review.named.${from}`),
              to: to === null ? t('none') : t(`review.named.${to}`),
            })}
          </Text>
          <Completeness explanation={explanation} />
          {shown !== null && shown.limit.beyond > 0 && (
            <Text>{t('review.heatmap.beyond', { count: shown.limit.beyond })}</Text>
          )}
          <Text c="var(--epsiloscope-caution)">{t('review.heatmap.cautionLong')}</Text>
          {explanation !== null && <ProvenanceList provenance={explanation.provenance} />}
        </Stack>
      </Popover.Dropdown>
    </Popover>
  );
}

/** What integrated gradients promise: the map sums to the change of the margin. What is left is the error of the steps. */
function Completeness({ explanation }: { explanation: ExplanationMap | null }) {
  const { t } = useTranslation();
  const completeness = explanation?.completeness ?? null;
  if (completeness === null) return null;
  const { sum, marginChange } = completeness;
  return (
    <Text>
      {t('review.heatmap.completeness', {
        sum: sum.toFixed(4),
        change: marginChange.toFixed(4),
        residual: (sum - marginChange).toExponential(1),
      })}
    </Text>
  );
}
