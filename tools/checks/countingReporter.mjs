import { writeFileSync } from 'node:fs';

/**
 * @typedef {object} TestCounts
 * @property {number} passed
 * @property {number} failed tests, files that could not be run, and errors that no test caught
 * @property {readonly string[]} skipped each test's name, with its reason where it gave one
 */

/** A vitest reporter that writes `TestCounts` as JSON into the file that EPSILOSCOPE_TEST_COUNTS names. */
export default class CountingReporter {
  /**
   * @param {readonly import('vitest/node').TestModule[]} modules
   * @param {readonly unknown[]} unhandledErrors
   */
  onTestRunEnd(modules, unhandledErrors) {
    const file = process.env['EPSILOSCOPE_TEST_COUNTS'];
    if (file === undefined) return;
    const tests = modules.flatMap((module) => [...module.children.allTests()]);
    const inState = (/** @type {string} */ state) => tests.filter((test) => test.result().state === state);
    const brokenFiles = modules.filter((module) => module.errors().length > 0);
    const brokenSuites = modules.flatMap((module) =>
      [...module.children.allSuites()].filter((suite) => suite.errors().length > 0),
    );
    const skipped = inState('skipped').map((test) => {
      const result = test.result();
      const reason = result.state === 'skipped' && result.note !== undefined ? `: ${result.note}` : '';
      return `${test.module.relativeModuleId} > ${test.fullName}${reason}`;
    });
    const failed = inState('failed').length + brokenFiles.length + brokenSuites.length + unhandledErrors.length;
    writeFileSync(file, JSON.stringify({ passed: inState('passed').length, failed, skipped }));
  }
}
