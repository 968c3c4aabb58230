import { NativeSelect } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { type ChangeLook, type Look, SHOWN_MAPS } from '../look.ts';
import { Range } from './Range.tsx';
import { Tool } from './Tool.tsx';
import classes from './pictures.module.css';

export function HeatmapTools({ look, changeLook }: { look: Look; changeLook: ChangeLook }) {
  const { t } = useTranslation();
  return (
    <>
      <NativeSelect
        size="xs"
        className={classes['select'] ?? ''}
        aria-label={t('review.heatmap.choose')}
        value={look.map}
        data={SHOWN_MAPS.map((value) => ({ value, label: t(`review.heatmap.maps.${value}`) }))}
        onChange={({ currentTarget: { value } }) => {
          const map = SHOWN_MAPS.find((each) => each === value);
          if (map !== undefined) changeLook({ map });
        }}
      />
      <Tool
        name={t('review.heatmap.overlayName')}
        action="toggleOverlay"
        pressed={look.overlay}
        onClick={() => {
          changeLook({ overlay: !look.overlay });
        }}
      >
        {t('review.heatmap.overlay')}
      </Tool>
      {look.overlay && (
        <Range
          unlabelled
          label={t('review.heatmap.opacity')}
          least={0}
          most={1}
          step={0.05}
          value={look.opacity}
          onChange={(opacity) => {
            changeLook({ opacity });
          }}
        />
      )}
    </>
  );
}
