import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { LibraryQuery } from '../../../../shared/domain/library.ts';
import { useActions } from '../../app/shortcuts.ts';
import { Failure } from '../../components/Failure.tsx';
import { CaseGrid } from './CaseGrid.tsx';
import { CaseTable } from './CaseTable.tsx';
import { useListIds, useShown } from './libraryData.ts';
import { NoMatch } from './NoCases.tsx';
import { type Layout, recallLayout, rememberLayout } from './place.ts';
import { casesKey } from './query.ts';
import { ResultBar } from './ResultBar.tsx';
import { ScreeningNotice } from './ScreeningNotice.tsx';
import { ALL_CHOSEN, NOTHING_CHOSEN, selectionOf } from './selection.ts';
import { Skeletons } from './Skeletons.tsx';
import { Toolbar } from './Toolbar.tsx';
import { useFocusedCase } from './useFocusedCase.ts';
import { useLibraryQuery } from './useLibraryQuery.ts';
import classes from './LibraryView.module.css';

/** The cases that the query finds, as a grid or a table, under what searches and orders them. */
export function Cases() {
  const { t } = useTranslation();
  const { query } = useLibraryQuery();
  const [layout, setLayout] = useState<Layout>(recallLayout);
  const shown = useShown(query);
  return (
    <section className={classes['cases']} aria-label={t('library.card.cases')}>
      <Toolbar
        layout={layout}
        onLayout={(next) => {
          rememberLayout(next);
          setLayout(next);
        }}
      />
      <ScreeningNotice />
      {shown.isError && (
        <div className={classes['failure']}>
          <Failure error={shown.error} onRetry={() => void shown.refetch()} />
        </div>
      )}
      {shown.isPending && <Skeletons layout={layout} />}
      {shown.data !== undefined && (
        <Found query={shown.data.query} total={shown.data.total} busy={shown.isPlaceholderData} layout={layout} />
      )}
    </section>
  );
}

interface FoundProps {
  readonly query: LibraryQuery;
  readonly total: number;
  /** Other cases are on their way. */
  readonly busy: boolean;
  readonly layout: Layout;
}

/** What a query found, with the focus and the selection among it. */
function Found({ query, total, busy, layout }: FoundProps) {
  const focus = useFocusedCase(query, total);
  // Another search selects anew: nothing unseen is ever part of what is done.
  const [choice, setChoice] = useState({ of: casesKey(query), chosen: NOTHING_CHOSEN });
  const chosen = choice.of === casesKey(query) ? choice.chosen : NOTHING_CHOSEN;
  const setChosen = (next: typeof chosen) => {
    setChoice({ of: casesKey(query), chosen: next });
  };
  const listIds = useListIds();
  useActions({
    selectAll: () => {
      setChosen(ALL_CHOSEN);
    },
  });
  if (total === 0) return <NoMatch />;
  const list = { query, total, busy, chosen, setChosen, ...focus };
  return (
    <div
      className={classes['found']}
      onKeyDown={(event) => {
        // What is typed into a dialog comes here too, though the dialog stands elsewhere on the page.
        const isHere = event.target instanceof Node && event.currentTarget.contains(event.target);
        if (event.key === 'Escape' && isHere) setChosen(NOTHING_CHOSEN);
      }}
    >
      <ResultBar
        total={total}
        chosen={chosen}
        setChosen={setChosen}
        selection={() => selectionOf(chosen, query, () => listIds(query, 0, total - 1))}
      />
      {layout === 'grid' ? <CaseGrid {...list} /> : <CaseTable {...list} />}
    </div>
  );
}
