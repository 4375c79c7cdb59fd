/** Mocha's dots, and one plain line at the end for the runner: `N passed, N failed`. */
const { Base, Dot } = require('mocha').reporters;

module.exports = class Reporter extends Dot {
  /** @override */
  epilogue() {
    super.epilogue();
    const { passes, failures, pending } = this.stats;
    if (pending > 0) Base.consoleLog(`${pending} skipped`);
    Base.consoleLog(`${passes} passed, ${failures} failed`);
  }
};
