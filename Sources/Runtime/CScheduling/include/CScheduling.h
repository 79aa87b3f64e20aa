// The C part of Martlet's runtime: what has to jump, to count instructions, or to know the layout of a task.
// CSPScheduling and CSPChannels give it its Swift face; nobody else imports it.
#pragma once
#include "MartletAlarms.h"
#include "MartletChannel.h"
#include "MartletInspection.h"
#include "MartletLock.h"
#include "MartletNursery.h"
#include "MartletParking.h"
#include "MartletScheduler.h"
#include "MartletSelect.h"
#include "MartletThread.h"
#include "MartletWaiter.h"
