// What one invocation may still ask for (M02). The platform ends an invocation at 1,000 subrequests
// or 1,000 statements of D1. Whether each statement of a batch counts is not documented: here it
// does.

const callsMax = 900
const statementsMax = 900
// A step stops here, so that the chunk in hand has room for its attempts and its record (M03).
const callsSoft = 400
const statementsSoft = 420
const timeSoftMs = 20_000

export class BudgetSpent extends Error {
  permanent = true
}

export class Budget {
  #calls = 0
  #statements = 0
  #started = Date.now()

  // Is there room for another chunk?
  get hasRoom() {
    return this.#calls < callsSoft && this.#statements < statementsSoft &&
      Date.now() - this.#started < timeSoftMs
  }

  // To be called before each call of a store.
  spend(statements = 0) {
    if (this.#calls + 1 > callsMax || this.#statements + statements > statementsMax) {
      throw new BudgetSpent()
    }
    this.#calls += 1
    this.#statements += statements
  }
}
