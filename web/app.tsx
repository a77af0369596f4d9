import { ErrorBoundary, LocationProvider, Route, Router } from 'preact-iso'
import { IdentityProvider } from './identity.js'
import { Frame } from './components/frame.js'
import { ForAdmins, ForSignedIn } from './components/guards.js'
import { lazyPage } from './lazy-page.js'
import { Home } from './pages/home.js'
import { NotFound } from './pages/not-found.js'
import { ForgotPassword } from './pages/forgot-password.js'
import { ResetPassword } from './pages/reset-password.js'
import { SignIn } from './pages/sign-in.js'
import { SignUp } from './pages/sign-up.js'
import { VerifyEmail } from './pages/verify-email.js'
import { base, to } from './settings.js'

const account = {
  profile: lazyPage(async () => (await import('./pages/account/profile.js')).Profile),
  password: lazyPage(async () => (await import('./pages/account/password.js')).Password),
  devices: lazyPage(async () => (await import('./pages/account/devices.js')).Devices)
}
const admin = {
  overview: lazyPage(async () => (await import('./pages/admin/overview.js')).Overview),
  users: lazyPage(async () => (await import('./pages/admin/users.js')).Users),
  user: lazyPage(async () => (await import('./pages/admin/user.js')).UserPage),
  events: lazyPage(async () => (await import('./pages/admin/events.js')).Events),
  keys: lazyPage(async () => (await import('./pages/admin/keys.js')).Keys)
}

/** Every page, by its path. The server has the same list (`src/routes/web.ts`). */
export function App () {
  return (
    <LocationProvider scope={`${base}/`}>
      <IdentityProvider>
        <Frame>
          <ErrorBoundary>
            <Router>
              <Route path={to('/')} component={Home} />
              <Route path={to('/sign-in')} component={SignIn} />
              <Route path={to('/sign-up')} component={SignUp} />
              <Route path={to('/verify-email')} component={VerifyEmail} />
              <Route path={to('/forgot-password')} component={ForgotPassword} />
              <Route path={to('/reset-password')} component={ResetPassword} />
              <Route path={to('/account')} component={ForSignedIn} page={account.profile} />
              <Route path={to('/account/password')} component={ForSignedIn} page={account.password} />
              <Route path={to('/account/devices')} component={ForSignedIn} page={account.devices} />
              <Route path={to('/admin')} component={ForAdmins} page={admin.overview} />
              <Route path={to('/admin/users')} component={ForAdmins} page={admin.users} />
              <Route path={to('/admin/users/:id')} component={ForAdmins} page={admin.user} />
              <Route path={to('/admin/events')} component={ForAdmins} page={admin.events} />
              <Route path={to('/admin/keys')} component={ForAdmins} page={admin.keys} />
              <Route default component={NotFound} />
            </Router>
          </ErrorBoundary>
        </Frame>
      </IdentityProvider>
    </LocationProvider>
  )
}
