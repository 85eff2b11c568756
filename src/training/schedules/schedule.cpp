#include "src/training/schedules/schedule.h"

#include <c10/util/Exception.h>

#include "src/core/registry.h"

namespace spinlab::training {

Json schedule_with_defaults(const Json& options, const std::string& where) {
  return with_defaults(registered_options<ScheduleEntry>(), "schedule", options, where);
}

Schedule make_schedule(const Json& options, const Duration& duration, const std::string& where) {
  const Config config(schedule_with_defaults(options, where), where);
  return registry<ScheduleEntry>().at(config.get<std::string>("name")).make(config, duration);
}

}  // namespace spinlab::training
