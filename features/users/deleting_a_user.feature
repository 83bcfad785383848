@users @critical
Feature: Deleting a user
  Whoever leaves has a right to be gone, everywhere and for good, and everybody else has a right to
  stay where they are.

  Rule: Gone means gone

    @DEL-01 @clause-2.7 @clause-5.1
    Scenario: A deleted user can no longer be looked up
      Given user Ada exists
      When the client deletes user Ada
      Then the deletion of user Ada is accepted
      And user Ada is gone within the promised time

    @DEL-02 @clause-2.7 @clause-4.9
    Scenario: Deleting a user twice is harmless
      Given user Ada has been deleted
      When the client deletes user Ada again
      Then the deletion does no harm
      And user Ada is gone within the promised time

    @DEL-02 @clause-2.7 @clause-4.9 @needs-unique-email
    Scenario: Deleting twice spares whoever has the email now
      Given user Ada has been deleted
      And user Grace exists with the email of user Ada
      When the client deletes user Ada again
      Then the deletion does no harm
      And user Grace is unchanged

    @DEL-02 @clause-2.7 @clause-3.5
    Scenario: Deleting an unknown user is harmless
      Given user Ada exists
      When the client deletes an unknown user
      Then the deletion does no harm
      And user Ada is unchanged

    @DEL-03 @clause-2.7
    Scenario: A deleted user disappears from the list
      Given user Ada is listed
      When the client deletes user Ada
      Then user Ada is no longer listed within the promised time

    @DEL-03 @clause-2.7 @clause-2.9 @needs-filter-by-email
    Scenario: A deleted user is no longer found by email
      Given user Ada is found by email
      When the client deletes user Ada
      Then user Ada is no longer found by email within the promised time

    @DEL-06 @clause-2.7 @needs-put
    Scenario: A deleted user cannot be replaced
      Given user Ada has been deleted
      When the client replaces user Ada
      Then the request is refused because there is no such user
      And user Ada stays gone

    @DEL-06 @clause-2.7 @needs-patch
    Scenario: A deleted user cannot be changed
      Given user Ada has been deleted
      When the client changes the name of user Ada
      Then the request is refused because there is no such user
      And user Ada stays gone

    @DEL-06 @clause-2.7 @clause-5.3 @needs-put @needs-unique-email
    Scenario: Replacing a deleted user spares the email's new owner
      Given user Ada has been deleted
      And user Grace exists with the email of user Ada
      When the client replaces user Ada
      Then the request is refused because there is no such user
      And user Grace is unchanged

    @DEL-07 @clause-6.6 @needs-patch
    Scenario: A change that crosses a deletion revives nobody
      Given users Ada, Grace, Alan, Edsger, Barbara and Donald exist
      When the client deletes each of them while two others change them
      Then no change has brought any of them back

  Rule: Only the user who is named is deleted

    @DEL-05 @clause-2.7
    Scenario: Deleting one user leaves everybody else in place
      Given users Grace, Alan, Ada and Barbara exist
      And user Edsger exists with the name of user Ada
      And user Donald exists with the nickname of user Ada
      When the client deletes user Ada
      Then user Ada is gone within the promised time
      And users Grace, Alan, Barbara, Edsger and Donald are unchanged

    @DEL-05 @clause-2.7 @clause-2.4
    Scenario: Deleting an id that merely begins alike deletes nobody
      Given user Ada exists
      When the client deletes an id that is cut short
      Then the deletion does no harm
      And user Ada is unchanged

    @DEL-08 @clause-2.7 @destructive @exclusive
    Scenario: Nobody can delete everybody at once
      Given users Ada and Grace exist
      When the client tries to delete all users at once
      Then the request is refused because the action is not offered
      And users Ada and Grace are unchanged
