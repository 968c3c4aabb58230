import { VisuallyHidden } from '@mantine/core';
import { memo } from 'react';
import { useTranslation } from 'react-i18next';
import type { ListedCase, ListedVerdict } from '../../../../shared/contract/app/library.ts';
import { Icon } from '../../components/Icon.tsx';
import { EpsilonBars } from './EpsilonBars.tsx';
import { Thumbnail } from './Thumbnail.tsx';
import { modelsDiffer, useCaseWords } from './useCaseWords.ts';
import classes from './CaseCard.module.css';

interface CaseCardProps {
  /** Undefined: on its way. */
  readonly listed: ListedCase | undefined;
  /** Place in what the query finds: 0, 1, 2, ... */
  readonly index: number;
  readonly column: number;
  readonly chosen: boolean;
  /** The one that Tab leads to. */
  readonly focusable: boolean;
  readonly photographHeight: number;
  readonly firstModel: string;
  readonly secondModel: string;
}

/** A case in the grid: a sentence for a screen reader, and the same to be seen. Clicks and keys are heard by the grid around it. */
export const CaseCard = memo(function CaseCard(props: CaseCardProps) {
  const { listed, index, column, chosen, focusable, photographHeight, firstModel, secondModel } = props;
  const { t } = useTranslation();
  const words = useCaseWords();
  return (
    <div
      role="gridcell"
      className={classes['card']}
      aria-colindex={column + 1}
      aria-selected={chosen}
      aria-busy={listed === undefined}
      tabIndex={focusable ? 0 : -1}
      data-index={index}
    >
      <VisuallyHidden>
        {listed === undefined
          ? t('library.card.waiting', { position: index + 1 })
          : words(listed, { first: firstModel, second: secondModel })}
      </VisuallyHidden>
      <div className={classes['photograph']} style={{ height: photographHeight }} aria-hidden>
        {listed !== undefined && <Thumbnail sha256={listed.imageSha256} />}
        {listed !== undefined && modelsDiffer(listed.first, listed.second) && (
          <span className={classes['badge']}>{t('library.card.differ')}</span>
        )}
        <span className={classes['choose']} data-choose>
          <span className={classes['box']}>{chosen && <Icon name="check" size={12} />}</span>
        </span>
        {listed !== undefined && <Marks listed={listed} />}
      </div>
      {listed === undefined ? <Placeholder /> : <About listed={listed} />}
    </div>
  );
});

function Marks({ listed: { state, flagged } }: { listed: ListedCase }) {
  const { t } = useTranslation();
  if (state !== 'reviewed' && !flagged) return null;
  return (
    <span className={classes['marks']}>
      {flagged && (
        <span className={classes['mark']} title={t('library.card.flagged')}>
          <Icon name="flag" size={13} />
        </span>
      )}
      {state === 'reviewed' && (
        <span className={classes['mark']} title={t('library.card.reviewed')}>
          <Icon name="check" size={13} />
        </span>
      )}
    </span>
  );
}

function About({ listed }: { listed: ListedCase }) {
  const { t } = useTranslation();
  const { imageId, withheld, reference, first, second } = listed;
  const said = (verdict: ListedVerdict | null) =>
    verdict === null ? t('library.card.noVerdict') : t(`diagnosis.${verdict.verdict}`);
  return (
    <div className={classes['about']} aria-hidden>
      <div className={classes['names']}>
        <span className={classes['id']} title={imageId}>
          {imageId}
        </span>
        {reference !== null && (
          <abbr className={classes['reference']} title={t(`diagnosis.${reference}`)}>
            {reference}
          </abbr>
        )}
      </div>
      {withheld ? (
        <p className={classes['withheld']}>
          <Icon name="hidden" size={14} />
          {t('library.card.withheld')}
        </p>
      ) : (
        <>
          <p className={classes['verdicts']}>
            {(first !== null || second !== null) && `${said(first)} / ${said(second)}`}
          </p>
          <EpsilonBars first={first} second={second} />
        </>
      )}
    </div>
  );
}

/** Of the size of what comes in its place. */
function Placeholder() {
  return (
    <div className={classes['about']} aria-hidden>
      <span className={classes['line']} data-short />
      <span className={classes['line']} />
      <span className={classes['line']} data-short />
    </div>
  );
}
