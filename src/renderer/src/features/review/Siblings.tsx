import { Skeleton, UnstyledButton } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { CaseView, Sibling } from '../../../../shared/contract/app/cases.ts';
import { usePicture } from '../../api/pictures.ts';
import { useNavigation } from '../../app/navigation.tsx';
import { Card } from './Card.tsx';
import classes from './review.module.css';

/** Other images of the same lesion, each opened by a click. */
export function Siblings({ view: { siblings, lesionId } }: { view: CaseView }) {
  const { t } = useTranslation();
  return (
    <Card title={t('review.siblings.title')}>
      {siblings.length === 0 ? (
        <p className={classes['aside']}>{t(lesionId === null ? 'review.siblings.noLesion' : 'review.siblings.none')}</p>
      ) : (
        <ul className={classes['siblings']}>
          {siblings.map((sibling) => (
            <li key={sibling.caseId}>
              <SiblingButton sibling={sibling} />
            </li>
          ))}
        </ul>
      )}
    </Card>
  );
}

function SiblingButton({ sibling: { caseId, imageId, imageSha256 } }: { sibling: Sibling }) {
  const { t } = useTranslation();
  const { go } = useNavigation();
  const { address, data } = usePicture('thumbnail', imageSha256);
  const name = t('review.siblings.open', { imageId });
  return (
    <UnstyledButton
      className={classes['sibling'] ?? ''}
      aria-label={name}
      title={name}
      onClick={() => {
        go({ view: 'case', caseId });
      }}
    >
      {address === undefined ? <Skeleton h="100%" radius={4} animate={data !== null} /> : <img src={address} alt="" />}
    </UnstyledButton>
  );
}
