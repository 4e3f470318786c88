// The routes of Google Books: a search by ISBN, and one volume (cloudflare-facts D).
//
// Answers and troubles are the simulated provider's (fakes/provider), odd ones included. Anybody on
// this machine may ask; a key and a country are taken and ignored.
#pragma once

#include "fakes/cloudflare/routes.h"

namespace cutover::simulate {

Answer search_volumes(Desk& desk, const Asked& asked);
Answer get_volume(Desk& desk, const Asked& asked);

}  // namespace cutover::simulate
