import { VisuallyHidden } from '@mantine/core';
import { useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { GAP, gridLayout, TABLE_ROW_HEIGHT } from './geometry.ts';
import type { Layout } from './place.ts';
import { useSize } from './useSize.ts';
import classes from './Skeletons.module.css';

/** In place of the first cases, and of their size, while they are on their way. */
export function Skeletons({ layout }: { layout: Layout }) {
  const { t } = useTranslation();
  const place = useRef<HTMLDivElement>(null);
  const size = useSize(place);
  const { columns, rowHeight } =
    layout === 'grid' ? gridLayout(size?.width ?? 0) : { columns: 1, rowHeight: TABLE_ROW_HEIGHT };
  const count = size === null ? 0 : columns * Math.ceil(size.height / rowHeight);
  return (
    <div ref={place} className={classes['place']} role="status" data-layout={layout}>
      <VisuallyHidden>{t('library.asking')}</VisuallyHidden>
      <div
        className={classes['cases']}
        aria-hidden
        style={{
          gap: layout === 'grid' ? GAP : 1,
          gridTemplateColumns: `repeat(${columns}, minmax(0, 1fr))`,
          gridAutoRows: rowHeight - (layout === 'grid' ? GAP : 1),
        }}
      >
        {Array.from({ length: count }, (_, at) => (
          <span key={at} className={classes['case']} />
        ))}
      </div>
    </div>
  );
}
