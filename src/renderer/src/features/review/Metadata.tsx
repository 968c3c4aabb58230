import { useTranslation } from 'react-i18next';
import type { CaseView } from '../../../../shared/contract/app/cases.ts';
import { Card } from './Card.tsx';
import classes from './review.module.css';

const CONFIRMATIONS = ['histo', 'follow_up', 'consensus', 'confocal'] as const;
const isConfirmation = (text: string): text is (typeof CONFIRMATIONS)[number] =>
  (CONFIRMATIONS as readonly string[]).includes(text);

/** What the data says of the image and of whom it shows. */
export function Metadata({ view }: { view: CaseView }) {
  const { t } = useTranslation();
  const { age, sex, site, dataset, image, lesionId, fileName, unblinded } = view;
  const confirmation = unblinded?.confirmation ?? null;
  const rows = [
    [t('review.metadata.age'), age === null ? null : String(age)],
    [t('review.metadata.sex'), sex],
    [t('review.metadata.site'), site],
    [t('review.metadata.lesion'), lesionId],
    [
      t('review.metadata.confirmation'),
      confirmation !== null && isConfirmation(confirmation)
        ? t(`review.metadata.confirmations.${confirmation}`)
        : confirmation,
    ],
    [t('review.metadata.size'), t('review.metadata.format', image)],
    [t('review.metadata.dataset'), dataset],
    [t('review.metadata.file'), fileName],
  ] as const;
  const known = rows.filter(([, value]) => value !== null);
  return (
    <Card title={t('review.metadata.title')}>
      <dl className={classes['metadata']} data-few={known.length <= 4}>
        {known.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd title={value ?? ''}>{value}</dd>
          </div>
        ))}
      </dl>
    </Card>
  );
}
