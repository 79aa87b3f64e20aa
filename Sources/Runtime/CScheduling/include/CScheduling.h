// The C part of Martlet's runtime: what has to jump, to count instructions, or to know the layout of a task.
// The Swift modules of the runtime give it its face; nobody else imports it.
#pragma once
#include "MartletAlarms.h"
#include "MartletChannel.h"
#include "MartletInspection.h"
#include "MartletLock.h"
#include "MartletNursery.h"
#include "MartletParking.h"
#include "MartletPrimitives.h"
#include "MartletScheduler.h"
#include "MartletSelect.h"
#include "MartletTally.h"
#include "MartletThread.h"
#include "MartletWaiter.h"
