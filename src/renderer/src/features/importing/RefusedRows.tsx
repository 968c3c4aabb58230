import { Text } from '@mantine/core';
import { useVirtualizer } from '@tanstack/react-virtual';
import { useId, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import type { RefusedRow } from '../../../../shared/contract/app/importing.ts';
import { refusedCsv } from './refusedCsv.ts';
import classes from './importing.module.css';

/** One line; longer reasons are measured as they come into view. */
const LINE_HEIGHT = 28;

/** What was refused, and why; only what is in view is drawn. Nothing where nothing was. */
export function RefusedRows({ refused }: { refused: readonly RefusedRow[] }) {
  const { t } = useTranslation();
  if (refused.length === 0) return null;
  return (
    <section>
      <Text fw={600} c="var(--epsiloscope-caution)">
        {t('importing.refused.whole', { count: refused.length })}
      </Text>
      <Table refused={refused} />
      <AsCsv refused={refused} />
    </section>
  );
}

function Table({ refused }: { refused: readonly RefusedRow[] }) {
  const { t } = useTranslation();
  const scroller = useRef<HTMLDivElement>(null);
  const virtualizer = useVirtualizer({
    count: refused.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => LINE_HEIGHT,
    overscan: 5,
  });
  return (
    <div
      role="table"
      className={classes['refused']}
      aria-label={t('importing.refused.list')}
      aria-rowcount={refused.length + 1}
    >
      <div role="row" className={classes['row']} aria-rowindex={1} data-head>
        <span role="columnheader">{t('importing.refused.row')}</span>
        <span role="columnheader">{t('importing.refused.imageId')}</span>
        <span role="columnheader">{t('importing.refused.reason')}</span>
      </div>
      <div ref={scroller} role="rowgroup" className={classes['scroller']} tabIndex={0}>
        <div role="presentation" className={classes['rows']} style={{ height: virtualizer.getTotalSize() }}>
          {virtualizer.getVirtualItems().map(({ index, key, start }) => (
            <div
              key={key}
              ref={virtualizer.measureElement}
              role="row"
              className={classes['row']}
              data-index={index}
              aria-rowindex={index + 2}
              style={{ top: start }}
            >
              <Cells refused={refused[index]} />
            </div>
          ))}
        </div>
      </div>
    </div>
  );
}

function Cells({ refused }: { refused: RefusedRow | undefined }) {
  if (refused === undefined) return null;
  const { row, imageId, reason } = refused;
  return (
    <>
      <span role="cell">{row === 0 ? '' : row}</span>
      <span role="cell" className={classes['id']}>
        {imageId}
      </span>
      <span role="cell">{reason}</span>
    </>
  );
}

function AsCsv({ refused }: { refused: readonly RefusedRow[] }) {
  const { t } = useTranslation();
  const labelId = useId();
  return (
    <details className={classes['csv']}>
      <summary id={labelId}>{t('importing.refused.asCsv')}</summary>
      <textarea
        readOnly
        rows={6}
        aria-labelledby={labelId}
        value={refusedCsv(refused)}
        onFocus={(event) => {
          event.currentTarget.select();
        }}
      />
    </details>
  );
}
