import { Button, Popover, Stack } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { type ChangeLook, FIRST_LOOK, type Look } from '../look.ts';
import { Tool } from './Tool.tsx';
import { Range } from './Range.tsx';
import { useState } from 'react';

const LIGHT = { least: 0.4, most: 2, step: 0.05 } as const;

/** Brightness and contrast of the photograph on the screen; the image and what the models see stay as they are. */
export function LightTool({ look, changeLook }: { look: Look; changeLook: ChangeLook }) {
  const { t } = useTranslation();
  const [opened, setOpened] = useState(false);
  const { brightness, contrast } = FIRST_LOOK;
  const changed = look.brightness !== brightness || look.contrast !== contrast;
  return (
    <Popover opened={opened} onChange={setOpened} position="top" trapFocus returnFocus>
      <Popover.Target>
        <Tool
          name={t('review.photograph.light')}
          pressed={changed}
          onClick={() => {
            setOpened(!opened);
          }}
        >
          {t('review.photograph.light')}
        </Tool>
      </Popover.Target>
      <Popover.Dropdown>
        <Stack gap="sm">
          <Range
            label={t('review.photograph.brightness')}
            {...LIGHT}
            value={look.brightness}
            onChange={(value) => {
              changeLook({ brightness: value });
            }}
          />
          <Range
            label={t('review.photograph.contrast')}
            {...LIGHT}
            value={look.contrast}
            onChange={(value) => {
              changeLook({ contrast: value });
            }}
          />
          <Button
            variant="default"
            size="xs"
            onClick={() => {
              changeLook({ brightness, contrast });
            }}
          >
            {t('review.photograph.reset')}
          </Button>
        </Stack>
      </Popover.Dropdown>
    </Popover>
  );
}
