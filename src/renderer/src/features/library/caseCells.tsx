/** What the cells of the table show. The row around them says it in words. */
import { useTranslation } from 'react-i18next';
import type { ListedCase, ListedVerdict } from '../../../../shared/contract/app/library.ts';
import type { Diagnosis } from '../../../../shared/domain/diagnosis.ts';
import { Icon } from '../../components/Icon.tsx';
import { epsilonBar } from './epsilonBar.ts';
import { Thumbnail } from './Thumbnail.tsx';
import classes from './CaseTable.module.css';

interface CaseCellProps {
  readonly listed: ListedCase;
}

interface VerdictCellProps {
  readonly verdict: ListedVerdict | null;
  readonly withheld: boolean;
}

export function IdCell({ listed: { imageId, imageSha256 } }: CaseCellProps) {
  return (
    <span className={classes['identity']}>
      <span className={classes['choose']} data-choose>
        <span className={classes['box']}>
          <Icon name="check" size={12} />
        </span>
      </span>
      <span className={classes['thumbnail']}>
        <Thumbnail sha256={imageSha256} />
      </span>
      <span className={classes['id']} title={imageId}>
        {imageId}
      </span>
    </span>
  );
}

export function ReferenceCell({ listed: { reference, withheld } }: CaseCellProps) {
  const { t } = useTranslation();
  if (withheld) return <Withheld />;
  return reference === null ? t('library.values.diagnosis.none') : t(`diagnosis.${reference}`);
}

export function VerdictCell({ verdict, withheld }: VerdictCellProps) {
  const { t } = useTranslation();
  if (withheld) return <Withheld />;
  if (verdict === null) return <span className={classes['quiet']}>{t('library.card.notSearched')}</span>;
  return (
    <>
      {t(`diagnosis.${verdict.verdict}`)} <span className={classes['quiet']}>{verdict.probability.toFixed(2)}</span>
    </>
  );
}

export function EpsilonCell({ verdict, withheld }: VerdictCellProps) {
  const { t } = useTranslation();
  if (withheld) return <Withheld />;
  const bar = epsilonBar(verdict);
  switch (bar.kind) {
    case 'notSearched':
      return null;
    case 'unchanged':
      return t('library.card.above');
    case 'changed':
      return (
        <>
          {bar.number} {verdict?.changedTo != null && <ChangedTo diagnosis={verdict.changedTo} />}
        </>
      );
  }
}

function ChangedTo({ diagnosis }: { diagnosis: Diagnosis }) {
  const { t } = useTranslation();
  return (
    <abbr className={classes['quiet']} title={t(`diagnosis.${diagnosis}`)}>
      {diagnosis}
    </abbr>
  );
}

export function StateCell({ listed: { state } }: CaseCellProps) {
  const { t } = useTranslation();
  return t(`library.values.state.${state}`);
}

export function FlagCell({ listed: { flagged } }: CaseCellProps) {
  const { t } = useTranslation();
  return flagged ? (
    <span title={t('library.card.flagged')}>
      <Icon name="flag" size={14} />
    </span>
  ) : null;
}

function Withheld() {
  const { t } = useTranslation();
  return <span className={classes['quiet']}>{t('library.table.withheld')}</span>;
}
