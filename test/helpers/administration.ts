import type { Page } from 'playwright-core'
import type { Test } from 'tap'
import { createUser, type Account } from './users.js'
import { visitAs, type Site } from './web.js'

/** A page of somebody who may administer. */
export async function visitAsAdmin (t: Test, site: Site, path: string): Promise<Page & { account: Account }> {
  const account = await createUser(site.app, { name: 'Ada Lovelace' })
  await makeAdmin(site, account)
  return Object.assign(await visitAs(t, site, account, path), { account })
}

/** As the command line does, before anybody looks. */
export async function makeAdmin ({ app }: Pick<Site, 'app'>, { id }: Pick<Account, 'id'>) {
  await app.sql`update users set role = 'admin', version = version + 1, updated_at = now() where id = ${id}`
  await app.copies.sweep()
}
