// The one account that there is, and the one user, as far as a command-line client asks for them.
#pragma once

#include "fakes/cloudflare/routes.h"

namespace cutover::simulate {

Answer list_accounts(Desk& desk, const Asked& asked);
Answer list_memberships(Desk& desk, const Asked& asked);
Answer show_user(Desk& desk, const Asked& asked);
Answer verify_token(Desk& desk, const Asked& asked);

}  // namespace cutover::simulate
