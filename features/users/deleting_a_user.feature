@users @critical
Feature: Deleting a user
  People who leave have a right to be deleted, everywhere and for good. All other users must stay as
  they are.

  Rule: A deleted user is gone for good

    @DEL-01 @clause-2.7 @clause-5.1
    Scenario: A deleted user can no longer be looked up
      Given user Ada exists
      When the client deletes user Ada
      Then the deletion of user Ada is accepted
      And a look-up no longer shows user Ada within the promised time

    @DEL-01 @clause-2.7 @clause-5.1 @needs-put
    Scenario: A user who was changed often can be deleted
      Given user Ada exists
      When the client replaces user Ada 4 times
      And the client deletes user Ada
      Then the deletion of user Ada is accepted
      And a look-up no longer shows user Ada within the promised time

    @DEL-02 @clause-2.7 @clause-4.9
    Scenario: Deleting a user twice is harmless
      Given user Ada has been deleted
      When the client deletes user Ada
      Then the request is accepted, or refused because there is no such user
      And a look-up no longer shows user Ada within the promised time

    @DEL-02 @clause-2.7 @clause-4.9 @needs-unique-email
    Scenario: Deleting twice spares the new owner of the email
      Given user Ada has been deleted
      And user Grace exists with the email of user Ada
      When the client deletes user Ada
      Then the request is accepted, or refused because there is no such user
      And user Grace is unchanged

    @DEL-02 @clause-2.7 @clause-3.5
    Scenario: Deleting an unknown user is harmless
      Given user Ada exists
      When the client deletes an unknown user
      Then the request is accepted, or refused because there is no such user
      And user Ada is unchanged

    @DEL-03 @clause-2.7
    Scenario: A deleted user disappears from the list
      Given user Ada can be found in the list
      When the client deletes user Ada
      Then the list no longer shows user Ada within the promised time

    @DEL-03 @clause-2.7 @clause-2.9 @needs-filter-by-email
    Scenario: A deleted user is no longer found by email
      Given user Ada can be found by email
      When the client deletes user Ada
      Then a search by email no longer shows user Ada within the promised time

    @DEL-06 @clause-2.7 @needs-put-known-only
    Scenario: A deleted user cannot be replaced
      Given user Ada has been deleted
      When the client replaces user Ada
      Then the request is refused because there is no such user
      And the newest state does not show user Ada

    @DEL-06 @clause-2.7 @needs-patch
    Scenario: A deleted user cannot be changed
      Given user Ada has been deleted
      When the client changes the name of user Ada
      Then the request is refused because there is no such user
      And the newest state does not show user Ada

    @DEL-06 @clause-2.7 @clause-5.3 @needs-put-known-only @needs-unique-email
    Scenario: Replacing a deleted user spares the email's new owner
      Given user Ada has been deleted
      And user Grace exists with the email of user Ada
      When the client replaces user Ada
      Then the request is refused because there is no such user
      And user Grace is unchanged

    @DEL-07 @clause-6.6 @needs-patch
    Scenario: A change during a deletion brings no user back
      Given users Ada, Grace, Alan, Edsger, Barbara and Donald exist
      When 3 clients change each of them while one of the clients deletes them at once
      Then none of the deleted users has come back

    @DEL-07 @UNQ-08 @clause-6.6 @clause-2.3 @needs-patch @needs-unique-email
    Scenario: A change during a deletion reserves no email
      Given users Ada, Grace, Alan, Edsger, Barbara and Donald exist
      When 3 clients change the email of each of them while one of the clients deletes them at once
      Then none of the deleted users holds an email

    @DEL-07 @clause-2.7 @clause-3.5
    Scenario: Simultaneous deletions do no harm
      Given users Ada, Grace, Alan and Edsger exist
      When 3 clients delete each of them at once
      Then none of the deleted users has come back

  Rule: Only the named user is deleted

    @DEL-05 @clause-2.7
    Scenario: Deleting one user leaves all others unchanged
      Given users Grace, Alan, Ada and Barbara exist
      And user Edsger exists with the name of user Ada
      And user Donald exists with the nickname of user Ada
      When the client deletes user Ada
      Then a look-up no longer shows user Ada within the promised time
      And users Grace, Alan, Barbara, Edsger and Donald are unchanged

    @DEL-05 @clause-2.7 @clause-2.4
    Scenario Outline: Deleting a similar id deletes no user
      Given user Ada exists
      When the client deletes an id that <kind>
      Then the request is accepted, or refused because there is no such user
      And user Ada is unchanged

      Examples: Ids that no user has
        | kind                   |
        | is cut short           |
        | has one character more |
        | is in the other case   |

    @DEL-05 @clause-2.7 @clause-2.4 @clause-3.5
    Scenario: Deleting an odd id deletes no user
      Given user Ada exists
      When the client deletes an id that has a null character at the end
      Then the request is accepted or cleanly refused
      And user Ada is unchanged

    @DEL-08 @clause-2.7 @destructive @exclusive
    Scenario: No client can delete all users at once
      Given users Ada and Grace exist
      When the client tries to delete all users at once
      Then the request is refused because the action is not offered
      And users Ada and Grace are unchanged
