// POST /admin/migrate-kv-to-d1 takes one bounded step and says whether there is more (M01).
import { Budget, BudgetSpent } from './budget.js'
import { dryRun } from './dry-run.js'
import { fail, ok } from './http.js'
import { acquireLease, leaseSeconds, releaseLease } from './lease.js'
import { openRun } from './progress.js'
import { detailsOf, isSuccess, reportOf, totalsOf } from './report.js'
import { kindOf } from './retry.js'
import { Step } from './step.js'

export async function handleMigrate({ request, env, ctx }) {
  const asked = new URL(request.url).searchParams
  if (asked.get('dryRun') === 'true') return answerDryRun(env)
  const step = takeStep(env, asked.get('resume') === 'true')
  // A client that goes away does not leave the lease behind.
  ctx.waitUntil(step.catch(() => {}))
  try {
    return await step
  } catch (error) {
    console.error('step failed', kindOf(error))
    return fail(503, 'STEP_FAILED', 'nothing is lost: call again with ?resume=true', {
      retryAfter: 1
    })
  }
}

async function takeStep(env, resume) {
  const budget = new Budget()
  const lease = await acquireLease(env.DB, budget)
  if (!lease) {
    return fail(409, 'MIGRATION_BUSY', 'another run is at work', { retryAfter: leaseSeconds })
  }
  try {
    const run = await openRun(env.DB, lease, resume, budget)
    if (run.state !== 'complete') await new Step(env, lease, run, budget).go()
    const report = await reportOf(env.DB, budget)
    return answer(report)
  } finally {
    await releaseLease(env.DB, lease, budget)
  }
}

async function answerDryRun(env) {
  try {
    const outcomes = await dryRun(env, new Budget())
    return answer({ dryRun: true, complete: true, ...totalsOf(outcomes) })
  } catch (error) {
    if (error instanceof BudgetSpent) {
      return fail(422, 'TOO_MANY_KEYS', 'more keys than one request may read')
    }
    throw error
  }
}

function answer(report) {
  return Response.json({ success: isSuccess(report), data: report })
}

export async function handleStatus({ env }) {
  const budget = new Budget()
  const report = await reportOf(env.DB, budget)
  if (!report) return ok({ state: 'idle' })
  const { atWork, errors } = await detailsOf(env.DB, report.runId, budget)
  const state = report.complete ? 'complete' : atWork ? 'running' : 'paused'
  return ok({ state, ...report, errors })
}
