import { Button, Progress, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { EVERYTHING } from '../../../../shared/domain/library.ts';
import { useSession, useWork } from '../../api/queries.ts';
import { useNavigation } from '../../app/navigation.tsx';
import { FailureDialog } from '../../components/FailureDialog.tsx';
import { percentOf, useWorkWords } from '../shell/workWords.ts';
import { useScreen, useUnscreened } from './libraryData.ts';
import { isByFragility } from './query.ts';
import { useLibraryQuery } from './useLibraryQuery.ts';
import classes from './ScreeningNotice.module.css';

/** Whether all images were searched for their smallest epsilons; where not, how far that is, or how to begin. */
export function ScreeningNotice() {
  const { t } = useTranslation();
  const { go } = useNavigation();
  const { query } = useLibraryQuery();
  const words = useWorkWords();
  const { data: session } = useSession();
  const unscreened = useUnscreened();
  const running = useWork().data?.find(({ kind, state }) => kind === 'screening' && state === 'running');
  if (session?.pair === null) {
    return (
      <div className={classes['notice']}>
        <Text size="sm">{t('library.screening.noPair')}</Text>
        <Button
          variant="default"
          size="compact-sm"
          onClick={() => {
            go({ view: 'models' });
          }}
        >
          {t('library.screening.toModels')}
        </Button>
      </div>
    );
  }
  if (running !== undefined) {
    return (
      <div className={classes['notice']}>
        <Text size="sm">{words.progress(running)}</Text>
        <Progress
          className={classes['progress'] ?? ''}
          size={4}
          value={percentOf(running)}
          aria-label={words.kind(running)}
        />
        {isByFragility(query) && (
          <Text size="sm" c="dimmed">
            {t('library.screening.partial')}
          </Text>
        )}
      </div>
    );
  }
  return unscreened === null || unscreened === 0 ? null : <Begin images={unscreened} />;
}

function Begin({ images }: { images: number }) {
  const { t } = useTranslation();
  const screen = useScreen();
  return (
    <div className={classes['notice']}>
      <Text size="sm">{t('library.screening.missing', { count: images })}</Text>
      <Button
        size="compact-sm"
        loading={screen.isPending}
        onClick={() => {
          // By name: the order tells nothing of what is searched, and a blind reading refuses those of fragility.
          screen.mutate(() => Promise.resolve({ kind: 'query', query: { ...EVERYTHING, order: 'name' } }));
        }}
      >
        {t('library.screening.begin')}
      </Button>
      <FailureDialog title={t('library.screening.failed')} error={screen.error} onClose={screen.reset} />
    </div>
  );
}
