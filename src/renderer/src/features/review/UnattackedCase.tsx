import { Button, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { CaseView } from '../../../../shared/contract/app/cases.ts';
import { useActions } from '../../app/shortcuts.ts';
import { useNavigation } from '../../app/navigation.tsx';
import { DrawingLayer } from '../annotation/marks/DrawingLayer.tsx';
import { DrawingTools } from '../annotation/marks/DrawingTools.tsx';
import type { ChangeLook, Look } from './look.ts';
import { Metadata } from './Metadata.tsx';
import { PhotographCard } from './pictures/PhotographCard.tsx';
import { Siblings } from './Siblings.tsx';
import classes from './review.module.css';

interface UnattackedCaseProps {
  readonly view: CaseView;
  readonly look: Look;
  readonly changeLook: ChangeLook;
  /** Why no verdict is shown: it is withheld, there are no models, or it is not known yet which. */
  readonly reason: 'blind' | 'noPair' | 'waiting';
}

/** A case without any model's word: the photograph alone. */
export function UnattackedCase({ view, look, changeLook, reason }: UnattackedCaseProps) {
  useActions({
    toggleMagnifier: () => {
      changeLook({ lens: !look.lens });
    },
  });
  return (
    <>
      <div className={classes['main']}>
        <div className={classes['alone']}>
          <PhotographCard
            view={view}
            look={look}
            changeLook={changeLook}
            marks={(geometry) => <DrawingLayer geometry={geometry} />}
            markTools={<DrawingTools />}
          />
        </div>
        <div className={classes['details']} data-few="true">
          <Siblings view={view} />
          <Metadata view={view} />
        </div>
      </div>
      <aside className={classes['side']}>{reason !== 'waiting' && <Reason reason={reason} />}</aside>
    </>
  );
}

function Reason({ reason }: { reason: 'blind' | 'noPair' }) {
  const { t } = useTranslation();
  const { go } = useNavigation();
  return (
    <section className={classes['reason']}>
      <h2>{t(`review.${reason}.title`)}</h2>
      <Text>{t(`review.${reason}.note`)}</Text>
      {reason === 'noPair' && (
        <Button
          variant="default"
          size="xs"
          mt="sm"
          onClick={() => {
            go({ view: 'models' });
          }}
        >
          {t('review.noPair.go')}
        </Button>
      )}
    </section>
  );
}
