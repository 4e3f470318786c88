// The bodies of KV's requests and answers. Pure; nothing means: the answer is not what was asked.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "adapters/cloudflare/envelope.h"
#include "core/ports/kv_store.h"

namespace cutover::cloudflare {

[[nodiscard]] std::string bulk_get_body(std::span<const std::string> keys, bool with_metadata);

// In the order asked; an entry that is null or not there is absent.
[[nodiscard]] std::optional<std::vector<std::optional<std::string>>> values_of(
    const Envelope& envelope, std::span<const std::string> keys);

// Two kinds of nothing: the answer is none, or (inside) the entry is absent.
[[nodiscard]] std::optional<std::optional<KvValue>> entry_of(const Envelope& envelope,
                                                             std::string_view key);

// The JSON text of what stands at /result; "" for null.
[[nodiscard]] std::optional<std::string> metadata_result_of(const Envelope& envelope);

// One entry, the metadata of which must be JSON.
[[nodiscard]] std::string bulk_put_body(std::string_view key, std::string_view value,
                                        const KvPutOptions& options);

// Did the bulk write reach every place?
[[nodiscard]] std::optional<bool> all_written(const Envelope& envelope);

// `complete` and `cursor` are the service's.
[[nodiscard]] std::optional<KvPage> page_of(const Envelope& envelope);

[[nodiscard]] bool is_json(std::string_view text);

}  // namespace cutover::cloudflare
