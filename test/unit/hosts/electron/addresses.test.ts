import { describe, expect, it } from 'vitest';
import { bytesPath, isPageFrame, isThePage, pagePath } from '../../../../src/main/hosts/electron/addresses.ts';

describe('an address', () => {
  it.each(['app://bundle/', 'app://bundle/#/models', 'app://bundle/#'])('%s is the page', (url) => {
    expect(isThePage(url)).toBe(true);
  });

  it.each([
    'app://bundle/index.html',
    'app://bundle/?x#app://bundle/',
    'app://bundle.example/',
    'https://example.org/#app://bundle/',
    'lesion://bundle/',
  ])('%s is not', (url) => {
    expect(isThePage(url)).toBe(false);
  });

  it('of a file of the page is its path', () => {
    expect(pagePath('app://bundle/assets/a.js')).toBe('/assets/a.js');
    expect(pagePath('app://bundle/#/library')).toBe('/');
    expect(pagePath('app://other/a.js')).toBeNull();
  });

  it('of bytes is their kind and hash', () => {
    expect(bytesPath('lesion://thumbnail/abc')).toBe('/thumbnail/abc');
  });
});

describe('a frame', () => {
  it.each([
    [{ origin: 'app://bundle', parent: null }, true],
    [{ origin: 'app://bundle', parent: {} }, false],
    [{ origin: 'app://bundle.example', parent: null }, false],
    [{ origin: 'null', parent: null }, false],
    [null, false],
    [undefined, false],
  ])('%j: %s', (frame, isPage) => {
    expect(isPageFrame(frame)).toBe(isPage);
  });
});
