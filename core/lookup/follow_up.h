// What goes on after a read was answered: keeping what the provider said, filling KV, soft
// refreshes, shadow reads. All of it is deferred (Runtime::defer): it may be lost with the process,
// and it can neither fail nor delay the read.
#pragma once

#include <string>

#include "core/lookup/tiers.h"

namespace cutover::lookup {

// D1 had the book: KV gets it, and the provider is asked again when the row is old (plan defect
// R10: corrections must arrive, and nothing good is replaced by nothing).
void after_d1(const TiersPtr& tiers, const books::Isbn& isbn, const D1Book& book,
              const CacheStamp& seen, bool write_d1);

// The provider had it: D1 gets it when the rollout wants that, and then KV.
void after_provider(const TiersPtr& tiers, const books::Isbn& isbn, books::BookRow row,
                    const CacheStamp& seen, bool write_d1);

// Nobody had it.
void after_absence(const TiersPtr& tiers, const books::Isbn& isbn);

// KV answered with this book: compares it with D1's when the rollout wants that.
void after_hit(const TiersPtr& tiers, const books::Isbn& isbn, const std::string& book);

}  // namespace cutover::lookup
