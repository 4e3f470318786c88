#include "fakes/faults/address.h"

#include "fakes/sim/history.h"

namespace cutover::faults {

std::string describe(const Address& address) {
  return address.role + " " + address.site + " '" + address.key + "' #" +
         std::to_string(address.occurrence);
}

std::uint64_t Occurrences::hash_of(std::string_view role, std::string_view site,
                                   std::string_view key) {
  return sim::hash_of(key, sim::hash_of(site, sim::hash_of(role)));
}

}  // namespace cutover::faults
